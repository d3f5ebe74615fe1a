"""Everything about interactions that the first release keeps."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('interactions', '0001_initial'), ('interactions', '0002_initial'), ('interactions', '0003_removal'), ('interactions', '0004_removal_by_age'), ('interactions', '0005_departments'), ('interactions', '0006_webhooks'), ('interactions', '0007_forgotten'), ('interactions', '0008_shelved_touchpoint')]

    initial = True

    dependencies = [
        ('customers', '0001_first_release'),
        ('staff', '0001_first_release'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_name', models.CharField(max_length=80)),
                ('mapping_name', models.CharField(max_length=80)),
                ('mapping', models.TextField()),
                ('files', models.JSONField(default=list)),
                ('fingerprint', models.CharField(max_length=64)),
                ('started_at', models.DateTimeField()),
                ('started_by', models.CharField(max_length=200)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('taken_back_by', models.CharField(blank=True, max_length=200)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.TextField(blank=True)),
                ('runner', models.CharField(blank=True, max_length=40)),
                ('seen_alive_at', models.DateTimeField(blank=True, null=True)),
                ('checkpoint', models.JSONField(default=dict)),
                ('bytes_total', models.BigIntegerField(default=0)),
                ('bytes_read', models.BigIntegerField(default=0)),
                ('rows', models.BigIntegerField(default=0)),
                ('rows_done', models.BigIntegerField(default=0)),
                ('interactions', models.BigIntegerField(default=0)),
                ('already_known', models.BigIntegerField(default=0)),
                ('customers', models.BigIntegerField(default=0)),
                ('rejected', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['-id'], name='import_newest_idx'), models.Index(fields=['fingerprint', '-id'], name='import_fingerprint_idx')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('bytes', models.BigIntegerField()),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by', models.CharField(max_length=200)),
                ('import_run', models.OneToOneField(blank=True, help_text='set once it is taken in', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='upload', to='interactions.import')),
            ],
        ),
        migrations.CreateModel(
            name='SavedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('text', models.TextField()),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='mapping_has_name')],
            },
        ),
        migrations.CreateModel(
            name='Touchpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('department', models.CharField(max_length=80)),
                ('channel', models.CharField(choices=[('email', 'Mail'), ('chat', 'Chat'), ('sms', 'SMS'), ('whatsapp', 'WhatsApp'), ('voice', 'Phone'), ('social', 'Social media'), ('in_person', 'In person'), ('web', 'Web'), ('app', 'App'), ('post', 'Letter'), ('api', 'Another system')], max_length=16)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'chat', 'sms', 'whatsapp', 'voice', 'social', 'in_person', 'web', 'app', 'post', 'api'])), name='touchpoint_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('first_seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Interaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='interactions.source')),
                ('message_id', models.CharField(max_length=200)),
                ('identifier', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='customers.identifier')),
                ('kind', models.CharField(max_length=24)),
                ('channel', models.CharField(max_length=16)),
                ('direction', models.CharField(max_length=4)),
                ('touchpoint', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='interactions.touchpoint')),
                ('staff', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('amount_minor', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('properties', models.JSONField(default=dict)),
                ('warning', models.TextField(blank=True)),
                ('occurred_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('imported_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='interactions.import')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('identifier__isnull', False)), fields=['identifier', 'occurred_at', 'id'], name='interaction_timeline_idx'), models.Index(condition=models.Q(('imported_by__isnull', False)), fields=['imported_by', 'id'], name='interaction_import_idx')],
                'constraints': [models.UniqueConstraint(fields=('source', 'message_id'), name='interaction_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'chat', 'sms', 'whatsapp', 'voice', 'social', 'in_person', 'web', 'app', 'post', 'api'])), name='interaction_channel_known'), models.CheckConstraint(condition=models.Q(('direction__in', ['in', 'out', 'none'])), name='interaction_direction_known'), models.CheckConstraint(condition=models.Q(models.Q(('amount_minor', None), ('currency', '')), models.Q(('amount_minor__isnull', False), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='interaction_money_whole')],
            },
        ),
        migrations.CreateModel(
            name='DayCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(max_length=24)),
                ('channel', models.CharField(max_length=16)),
                ('touchpoint_id', models.BigIntegerField(default=0)),
                ('interactions', models.BigIntegerField(default=0)),
                ('forgotten', models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'kind', 'channel', 'touchpoint_id'), name='day_count_once')],
            },
        ),
        migrations.CreateModel(
            name='LogCursor',
            fields=[
                ('reader', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('position', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('import_id', models.BigIntegerField(default=0)),
                ('identifier_ids', models.JSONField(default=list)),
                ('kinds', models.JSONField(default=list)),
                ('source_id', models.BigIntegerField(default=0)),
                ('before', models.DateTimeField(null=True)),
                ('upto', models.BigIntegerField()),
                ('removed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kinds', models.JSONField()),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='interactions.source')),
                ('months', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('months__gte', 1), ('months__lte', 600)), name='retention_months_sane')],
            },
        ),
        migrations.CreateModel(
            name='ShelvedTouchpoint',
            fields=[
                ('touchpoint', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='interactions.touchpoint')),
                ('department', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=2000)),
                ('description', models.CharField(max_length=120)),
                ('kinds', models.JSONField(default=list)),
                ('source_ids', models.JSONField(default=list)),
                ('with_content', models.BooleanField(default=False)),
                ('secret', models.TextField()),
                ('old_secret', models.TextField(blank=True)),
                ('old_secret_until', models.DateTimeField(null=True)),
                ('after_id', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=200)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('rests_until', models.DateTimeField(null=True)),
                ('hour_began_at', models.DateTimeField(null=True)),
                ('hour_count', models.PositiveIntegerField(default=0)),
                ('disabled_at', models.DateTimeField(null=True)),
                ('disabled_why', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('disabled_at', None), ('disabled_why', '')), models.Q(('disabled_at__isnull', False), models.Q(('disabled_why', ''), _negated=True)), _connector='OR'), name='webhook_disabled_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('webhook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='interactions.webhook')),
                ('interaction_id', models.BigIntegerField(null=True)),
                ('message_id', models.CharField(max_length=40, unique=True)),
                ('depth', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('unknowns', models.PositiveIntegerField(default=0)),
                ('tried_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(null=True)),
                ('status', models.PositiveIntegerField(null=True)),
                ('answer', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['webhook', 'due_at', 'id'], name='delivery_due_idx'), models.Index(fields=['webhook', '-id'], name='delivery_newest_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('interaction_id__isnull', False)), fields=('webhook', 'interaction_id'), name='delivery_once'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('given_up_at', None), ('sent_at', None)), models.Q(('due_at', None), ('given_up_at', None), ('sent_at__isnull', False)), models.Q(('due_at', None), ('given_up_at__isnull', False), ('sent_at', None)), _connector='OR'), name='delivery_waiting_sent_or_given_up')],
            },
        ),
    ]
