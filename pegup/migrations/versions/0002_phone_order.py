"""which phone did something, and in which order"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('pegup_delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('made', sa.BigInteger(), nullable=True))


def downgrade():
    with op.batch_alter_table('pegup_delivery', schema=None) as batch_op:
        batch_op.drop_column('made')
        batch_op.drop_column('phone')
