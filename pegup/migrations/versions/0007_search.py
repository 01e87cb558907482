"""what can be found"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

INDEX = {
    'sqlite': (
        "CREATE VIRTUAL TABLE pegup_search_index USING fts5(title, words, prefix='3 4 5', tokenize='ascii')",
        'CREATE TRIGGER pegup_search_document_gone AFTER DELETE ON pegup_search_document'
        ' BEGIN DELETE FROM pegup_search_index WHERE rowid = old.id; END',
    ),
    'postgresql': (
        'CREATE TABLE pegup_search_index (id INTEGER PRIMARY KEY'
        ' REFERENCES pegup_search_document (id) ON DELETE CASCADE,'
        ' title TSVECTOR NOT NULL, words TSVECTOR NOT NULL)',
        'CREATE INDEX ix_pegup_search_index_words ON pegup_search_index USING gin (words)',
        'CREATE INDEX ix_pegup_search_index_title ON pegup_search_index USING gin (title)',
    ),
}


def upgrade():
    op.create_table('pegup_search_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('text_language', sa.String(length=8), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('profile_id', sa.Integer(), nullable=True),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('is_demonstration', sa.Boolean(), nullable=False),
    sa.Column('parent', sa.String(length=80), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=False),
    sa.Column('title', sa.String(length=600), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['pegup_course.id'], name=op.f('fk_pegup_search_document_course_id_pegup_course'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['profile_id'], ['pegup_profile.id'], name=op.f('fk_pegup_search_document_profile_id_pegup_profile'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_search_document'))
    )
    with op.batch_alter_table('pegup_search_document', schema=None) as batch_op:
        batch_op.create_index('ix_pegup_search_document_course_id', ['course_id'], unique=False)
        batch_op.create_index('ix_pegup_search_document_language', ['language', 'is_public', 'course_id', 'kind'], unique=False)
        batch_op.create_index('ix_pegup_search_document_profile_id', ['profile_id'], unique=False)

    op.create_table('pegup_search_text',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('anchors', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['pegup_search_document.id'], name=op.f('fk_pegup_search_text_document_id_pegup_search_document'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_pegup_search_text'))
    )
    for statement in INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    op.execute('DROP TABLE pegup_search_index')
    op.drop_table('pegup_search_text')
    with op.batch_alter_table('pegup_search_document', schema=None) as batch_op:
        batch_op.drop_index('ix_pegup_search_document_profile_id')
        batch_op.drop_index('ix_pegup_search_document_language')
        batch_op.drop_index('ix_pegup_search_document_course_id')

    op.drop_table('pegup_search_document')
