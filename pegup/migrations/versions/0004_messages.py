"""messages to people of a group and who wants no mails"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pegup_mail_off',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['pegup_person.id'], name=op.f('fk_pegup_mail_off_person_id_pegup_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_mail_off')),
    sa.UniqueConstraint('person_id', name=op.f('uq_pegup_mail_off_person_id'))
    )
    op.create_table('pegup_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['pegup_person.id'], name=op.f('fk_pegup_message_author_id_pegup_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['cohort_id'], ['pegup_cohort.id'], name=op.f('fk_pegup_message_cohort_id_pegup_cohort'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_message')),
    sa.UniqueConstraint('uuid', name=op.f('uq_pegup_message_uuid'))
    )
    with op.batch_alter_table('pegup_message', schema=None) as batch_op:
        batch_op.create_index('ix_pegup_message_author_id_sent_at', ['author_id', 'sent_at'], unique=False)
        batch_op.create_index('ix_pegup_message_cohort_id_sent_at', ['cohort_id', 'sent_at'], unique=False)

    op.create_table('pegup_message_copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mailing', sa.String(length=10), nullable=False),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['pegup_message.id'], name=op.f('fk_pegup_message_copy_message_id_pegup_message'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['pegup_person.id'], name=op.f('fk_pegup_message_copy_person_id_pegup_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_message_copy')),
    sa.UniqueConstraint('message_id', 'person_id', name=op.f('uq_pegup_message_copy_message_id_person_id')),
    sa.UniqueConstraint('uuid', name=op.f('uq_pegup_message_copy_uuid'))
    )
    with op.batch_alter_table('pegup_message_copy', schema=None) as batch_op:
        batch_op.create_index('ix_pegup_message_copy_mailing', ['mailing'], unique=False)
        batch_op.create_index('ix_pegup_message_copy_person_id_seen_at', ['person_id', 'seen_at'], unique=False)

    op.create_table('pegup_message_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.Uuid(), nullable=False),
    sa.Column('copy_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['pegup_person.id'], name=op.f('fk_pegup_message_reply_author_id_pegup_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['copy_id'], ['pegup_message_copy.id'], name=op.f('fk_pegup_message_reply_copy_id_pegup_message_copy'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_message_reply')),
    sa.UniqueConstraint('uuid', name=op.f('uq_pegup_message_reply_uuid'))
    )
    with op.batch_alter_table('pegup_message_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pegup_message_reply_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pegup_message_reply_copy_id'), ['copy_id'], unique=False)



def downgrade():
    with op.batch_alter_table('pegup_message_reply', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pegup_message_reply_copy_id'))
        batch_op.drop_index(batch_op.f('ix_pegup_message_reply_author_id'))

    op.drop_table('pegup_message_reply')
    with op.batch_alter_table('pegup_message_copy', schema=None) as batch_op:
        batch_op.drop_index('ix_pegup_message_copy_person_id_seen_at')
        batch_op.drop_index('ix_pegup_message_copy_mailing')

    op.drop_table('pegup_message_copy')
    with op.batch_alter_table('pegup_message', schema=None) as batch_op:
        batch_op.drop_index('ix_pegup_message_cohort_id_sent_at')
        batch_op.drop_index('ix_pegup_message_author_id_sent_at')

    op.drop_table('pegup_message')
    op.drop_table('pegup_mail_off')
