"""groups of a course and when lessons are planned for"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pegup_cohort',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['closed_by_id'], ['pegup_person.id'], name=op.f('fk_pegup_cohort_closed_by_id_pegup_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['course_id'], ['pegup_course.id'], name=op.f('fk_pegup_cohort_course_id_pegup_course'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by_id'], ['pegup_person.id'], name=op.f('fk_pegup_cohort_created_by_id_pegup_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_cohort')),
    sa.UniqueConstraint('course_id', 'slug', name=op.f('uq_pegup_cohort_course_id_slug'))
    )
    op.create_table('pegup_cohort_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['pegup_person.id'], name=op.f('fk_pegup_cohort_member_added_by_id_pegup_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['cohort_id'], ['pegup_cohort.id'], name=op.f('fk_pegup_cohort_member_cohort_id_pegup_cohort'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['pegup_person.id'], name=op.f('fk_pegup_cohort_member_person_id_pegup_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_cohort_member'))
    )
    with op.batch_alter_table('pegup_cohort_member', schema=None) as batch_op:
        batch_op.create_index('ix_pegup_cohort_member_person_id_left_at', ['person_id', 'left_at'], unique=False)
        batch_op.create_index('uq_pegup_cohort_member_cohort_id_person_id_now', ['cohort_id', 'person_id'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))

    op.create_table('pegup_cohort_trainer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['pegup_person.id'], name=op.f('fk_pegup_cohort_trainer_added_by_id_pegup_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['cohort_id'], ['pegup_cohort.id'], name=op.f('fk_pegup_cohort_trainer_cohort_id_pegup_cohort'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['pegup_person.id'], name=op.f('fk_pegup_cohort_trainer_person_id_pegup_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pegup_cohort_trainer'))
    )
    with op.batch_alter_table('pegup_cohort_trainer', schema=None) as batch_op:
        batch_op.create_index('ix_pegup_cohort_trainer_person_id', ['person_id'], unique=False)
        batch_op.create_index('uq_pegup_cohort_trainer_cohort_id_person_id_now', ['cohort_id', 'person_id'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    with op.batch_alter_table('pegup_lesson', schema=None) as batch_op:
        batch_op.add_column(sa.Column('planned', sa.String(length=20), nullable=True))

    with op.batch_alter_table('pegup_module', schema=None) as batch_op:
        batch_op.add_column(sa.Column('planned', sa.String(length=20), nullable=True))



def downgrade():
    op.execute('ALTER TABLE pegup_module DROP COLUMN planned')

    op.execute('ALTER TABLE pegup_lesson DROP COLUMN planned')

    with op.batch_alter_table('pegup_cohort_trainer', schema=None) as batch_op:
        batch_op.drop_index('uq_pegup_cohort_trainer_cohort_id_person_id_now', sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))
        batch_op.drop_index('ix_pegup_cohort_trainer_person_id')

    op.drop_table('pegup_cohort_trainer')
    with op.batch_alter_table('pegup_cohort_member', schema=None) as batch_op:
        batch_op.drop_index('uq_pegup_cohort_member_cohort_id_person_id_now', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
        batch_op.drop_index('ix_pegup_cohort_member_person_id_left_at')

    op.drop_table('pegup_cohort_member')
    op.drop_table('pegup_cohort')
