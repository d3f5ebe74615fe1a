"""Everything about customers that the first release keeps.

On PostgreSQL searched text is ordered by code point, as SQLite does: the same pages, and prefixes use the index.
"""

import django.db.models.deletion
from django.db import migrations, models

COLUMNS = (
    ("customers_identifier", "value", 254),
    ("customers_customer", "name_key", 200),
    ("customers_trait", "name", 80),
    ("customers_trait", "value_key", 80),
)


def order_by_code_point(apps, schema_editor):
    _alter(schema_editor, ' COLLATE "C"')


def order_by_locale(apps, schema_editor):
    _alter(schema_editor, ' COLLATE "default"')


def _alter(schema_editor, collation):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column, length in COLUMNS:
        schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}){collation}")


class Migration(migrations.Migration):

    replaces = [('customers', '0001_initial'), ('customers', '0002_epoch'), ('customers', '0003_code_point_order'), ('customers', '0004_forgotten'), ('customers', '0005_changed'), ('customers', '0006_newest_mark')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('value', models.CharField(max_length=254)),
                ('customer_id', models.BigIntegerField()),
                ('proof', models.CharField(blank=True, max_length=80)),
                ('source', models.CharField(max_length=80)),
                ('batch', models.BigIntegerField(default=0, help_text='the import that brought it; 0: none')),
                ('first_seen_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['customer_id', 'id'], name='identifier_customer_idx'), models.Index(fields=['value'], name='identifier_value_idx')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='identifier_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['user_id', 'organisation_id', 'email', 'phone', 'external', 'device', 'anonymous_id'])), name='identifier_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='customers.identifier')),
                ('purpose', models.CharField(max_length=16)),
                ('state', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('source', models.CharField(max_length=80)),
                ('batch', models.BigIntegerField(default=0)),
                ('proof', models.CharField(max_length=300)),
                ('by', models.CharField(max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['identifier', 'purpose', 'at'], name='consent_point_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['service', 'surveys', 'marketing'])), name='consent_purpose_known'), models.CheckConstraint(condition=models.Q(('state__in', ['granted', 'denied'])), name='consent_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Epoch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('rule', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=300)),
                ('made_by', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('source', models.CharField(blank=True, max_length=80)),
                ('batch', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='link_in_order')],
            },
        ),
        migrations.CreateModel(
            name='LinkRetraction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='retraction', to='customers.link')),
                ('by', models.CharField(max_length=200)),
                ('by_person', models.BooleanField()),
                ('why', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SharedMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='shared_mark', to='customers.identifier')),
                ('why', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(default='person', max_length=12)),
                ('name', models.CharField(max_length=200)),
                ('name_key', models.CharField(max_length=200)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('interactions', models.PositiveBigIntegerField(default=0)),
                ('purchases', models.PositiveIntegerField(default=0)),
                ('spent_minor', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['-last_at', '-id'], name='customer_last_idx'), models.Index(fields=['name_key', 'id'], name='customer_name_idx'), models.Index(fields=['-spent_minor', '-id'], name='customer_spent_idx'), models.Index(fields=['-interactions', '-id'], name='customer_busy_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'organisation'])), name='customer_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Changed',
            fields=[
                ('customer_id', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('identifier', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='activity', serialize=False, to='customers.identifier')),
                ('interactions', models.PositiveBigIntegerField(default=0)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Spend',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spends', to='customers.identifier')),
                ('currency', models.CharField(max_length=3)),
                ('purchases', models.PositiveIntegerField(default=0)),
                ('spent_minor', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('identifier', 'currency'), name='spend_once_per_currency')],
            },
        ),
        migrations.CreateModel(
            name='Trait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='traits', to='customers.identifier')),
                ('name', models.CharField(max_length=80)),
                ('source', models.CharField(max_length=80)),
                ('batch', models.BigIntegerField(default=0)),
                ('value', models.JSONField()),
                ('value_key', models.CharField(max_length=80)),
                ('observed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['name', 'value_key', 'identifier'], name='trait_value_idx')],
                'constraints': [models.UniqueConstraint(fields=('identifier', 'name', 'source', 'batch'), name='trait_once_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='customers.identifier')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='customers.identifier')),
                ('source', models.CharField(max_length=80)),
                ('batch', models.BigIntegerField(default=0)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'organisation'), name='membership_once')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('likeness', models.FloatField()),
                ('reasons', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.CharField(blank=True, max_length=200)),
                ('decision', models.CharField(blank=True, max_length=8)),
            ],
            options={
                'indexes': [models.Index(fields=['decided_at', '-likeness', 'id'], name='proposal_open_idx')],
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='proposal_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='proposal_in_order'), models.CheckConstraint(condition=models.Q(('likeness__gte', 0), ('likeness__lte', 1)), name='proposal_likeness_share'), models.CheckConstraint(condition=models.Q(('decision__in', ['', 'same', 'apart'])), name='proposal_decision_known')],
            },
        ),
        migrations.CreateModel(
            name='MarkKey',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('sealed', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('erasure_id', models.BigIntegerField()),
                ('erased_at', models.DateTimeField()),
                ('refused', models.JSONField(default=list)),
            ],
            options={
                'indexes': [models.Index(fields=['erasure_id'], name='mark_erasure_idx'), models.Index(fields=['erased_at'], name='mark_erased_idx')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('why', models.CharField(max_length=12)),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.CharField(max_length=200)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.CharField(blank=True, max_length=200)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('removed', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at', None), ('withdrawn_at', None)), fields=('customer_id',), name='erasure_asked_once'), models.CheckConstraint(condition=models.Q(('why__in', ['asked', 'unneeded', 'objected', 'mistake'])), name='erasure_reason_known'), models.CheckConstraint(condition=models.Q(('done_at', None), ('withdrawn_at', None), _connector='OR'), name='erasure_done_or_withdrawn')],
            },
        ),
        migrations.RunPython(order_by_code_point, order_by_locale),
    ]
