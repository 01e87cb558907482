"""weekly mails of groups"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pegup_digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('week_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['cohort_id'], ['pegup_cohort.id'], name=op.f('fk_pegup_digest_cohort_id_pegup_cohort'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['pegup_person.id'], name=op.f('fk_pegup_digest_person_id_pegup_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_digest')),
    sa.UniqueConstraint('person_id', 'cohort_id', 'week_on', 'kind', name=op.f('uq_pegup_digest_person_id_cohort_id_week_on_kind'))
    )
    with op.batch_alter_table('pegup_digest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pegup_digest_cohort_id'), ['cohort_id'], unique=False)



def downgrade():
    with op.batch_alter_table('pegup_digest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pegup_digest_cohort_id'))

    op.drop_table('pegup_digest')
