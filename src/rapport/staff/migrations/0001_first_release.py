"""Everything about staff that the first release keeps."""

import django.db.models.deletion
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

from rapport.staff.audit import rules

TABLE = "staff_auditentry"
KEPT = ("id", "number", "at", "act", "covers", "digest")
REFUSAL = "the audit log is only ever added to"

POSTGRESQL = (
    f"""CREATE FUNCTION audit_refuse() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql""",
    f"""CREATE TRIGGER audit_kept BEFORE DELETE OR TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    f"""CREATE TRIGGER audit_unchanged BEFORE UPDATE ON {TABLE} FOR EACH ROW
    WHEN ({" OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)}
    OR (NEW.actor <> OLD.actor AND NEW.actor <> '') OR (NEW.subject <> OLD.subject AND NEW.subject <> '')
    OR (NEW.detail <> OLD.detail AND NEW.detail <> '{{}}'::jsonb))
    EXECUTE FUNCTION audit_refuse()""",
)
SQLITE = (
    f"CREATE TRIGGER audit_kept BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"""CREATE TRIGGER audit_unchanged BEFORE UPDATE ON {TABLE}
    WHEN {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)}
    OR (NEW.actor IS NOT OLD.actor AND NEW.actor <> '') OR (NEW.subject IS NOT OLD.subject AND NEW.subject <> '')
    OR (NEW.detail IS NOT OLD.detail AND NEW.detail <> '{{}}')
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
)


def begin_chain(apps, _schema):
    """The audit log begins with nothing, and its head says so."""
    apps.get_model("staff", "AuditHead").objects.create(id=1, entries=0, digest=rules.FIRST)


def guard(_apps, schema):
    """Let the database itself refuse to change or remove an entry; erasure may only empty its words."""
    for statement in POSTGRESQL if schema.connection.vendor == "postgresql" else SQLITE:
        schema.execute(statement, params=None)


def make_throttle_table(_apps, schema):
    """What counts tries at signing in lies in the database, where every process sees it."""
    call_command("createcachetable", database=schema.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    replaces = [('staff', '0001_initial'), ('staff', '0002_departments'), ('staff', '0003_audit_chain'), ('staff', '0004_team_names'), ('staff', '0005_answers'), ('staff', '0006_key_scopes'), ('staff', '0007_second_step')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request', models.CharField(max_length=64, unique=True)),
                ('content', models.CharField(max_length=64)),
                ('begun_at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('media_type', models.CharField(blank=True, max_length=80)),
                ('body', models.BinaryField(default=b'')),
            ],
            options={
                'indexes': [models.Index(fields=['begun_at'], name='answer_begun_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('media_type', ''), ('status__isnull', True)), ('status__isnull', False), _connector='OR'), name='answer_under_way_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(unique=True)),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=200)),
                ('act', models.CharField(max_length=80)),
                ('subject', models.CharField(max_length=200)),
                ('detail', models.JSONField(default=dict)),
                ('covers', models.JSONField(default=dict)),
                ('salts', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'id'], name='audit_subject_idx'), models.Index(fields=['actor', '-id'], name='audit_actor_idx'), models.Index(fields=['act', '-id'], name='audit_act_idx')],
            },
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entries', models.BigIntegerField(default=0)),
                ('digest', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='audit_head_is_one')],
            },
        ),
        migrations.CreateModel(
            name='Key',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('write', 'may only send interactions (safe to place in a web page)'), ('api', 'may do what its scopes say; it stays secret')], max_length=8)),
                ('name', models.CharField(max_length=80)),
                ('hint', models.CharField(max_length=20)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=200)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['write', 'api'])), name='key_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('customer_word', models.CharField(default='customer', max_length=40)),
                ('customers_word', models.CharField(default='customers', max_length=40)),
                ('phone_region', models.CharField(default='GB', max_length=2)),
                ('is_simulated', models.BooleanField(default=False)),
                ('second_step_roles', models.JSONField(blank=True, default=list)),
                ('set_up_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='organisation_is_one')],
            },
        ),
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('valid_from', models.DateField()),
                ('rate', models.DecimalField(decimal_places=8, max_digits=18)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('currency', 'valid_from'), name='rate_once_a_day'), models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='rate_positive')],
            },
        ),
        migrations.CreateModel(
            name='StaffMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('role', models.CharField(choices=[('admin', 'Administrator'), ('lead', 'Team lead'), ('agent', 'Agent'), ('analyst', 'Analyst'), ('champion', 'Customer champion'), ('viewer', 'Viewer')], default='viewer', max_length=16)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'lead', 'agent', 'analyst', 'champion', 'viewer'])), name='staff_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='department_named')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='staff.department')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('members', models.ManyToManyField(related_name='teams', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('name',), name='team_named_once')],
            },
        ),
        migrations.CreateModel(
            name='AccessRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_sight_limited', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='access_rules_are_one')],
            },
        ),
        migrations.RunPython(begin_chain, migrations.RunPython.noop),
        migrations.RunPython(guard, migrations.RunPython.noop),
        migrations.RunPython(make_throttle_table, migrations.RunPython.noop),
    ]
