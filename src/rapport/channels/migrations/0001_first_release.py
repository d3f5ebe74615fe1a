"""Everything about channels that the first release keeps."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

RULES = [
    {"kind": "quiet", "purpose": "surveys", "starts": "21:00", "ends": "08:00"},
    {"kind": "quiet", "purpose": "marketing", "starts": "21:00", "ends": "08:00"},
    {"kind": "quiet", "channel": "sms", "starts": "21:00", "ends": "08:00"},
    {"kind": "quiet", "channel": "whatsapp", "starts": "21:00", "ends": "08:00"},
    {"kind": "cap", "purpose": "surveys", "most": 1, "days": 30},
    {"kind": "cap", "purpose": "marketing", "most": 2, "days": 7},
]


def lay_down(apps, schema_editor):
    """What holds until an administrator says otherwise."""
    rule = apps.get_model("channels", "ContactRule")
    rule.objects.bulk_create(rule(made_at=timezone.now(), made_by="Rapport", **one) for one in RULES)


class Migration(migrations.Migration):

    replaces = [('channels', '0001_tables'), ('channels', '0002_leaving'), ('channels', '0003_mailboxes'), ('channels', '0004_visitors'), ('channels', '0005_stuck_mails'), ('channels', '0006_names_in_words'), ('channels', '0007_inbound')]

    initial = True

    dependencies = [
        ('customers', '0001_first_release'),
        ('files', '0001_stored_file'),
        ('interactions', '0001_first_release'),
        ('staff', '0001_first_release'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('quiet', 'Quiet hours'), ('cap', 'Cap')], max_length=8)),
                ('purpose', models.CharField(blank=True, max_length=16)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('starts', models.TimeField(null=True)),
                ('ends', models.TimeField(null=True)),
                ('most', models.PositiveSmallIntegerField(null=True)),
                ('days', models.PositiveSmallIntegerField(null=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('days', None), ('ends__isnull', False), ('kind', 'quiet'), ('most', None), ('starts__isnull', False)), models.Q(('days__isnull', False), ('ends', None), ('kind', 'cap'), ('most__isnull', False), ('starts', None)), _connector='OR'), name='contactrule_quiet_or_cap')],
            },
        ),
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('purpose', models.CharField(max_length=16)),
                ('channel', models.CharField(max_length=16)),
                ('sender', models.CharField(max_length=24)),
                ('is_answer', models.BooleanField()),
                ('answer', models.CharField(choices=[('yes', 'Yes'), ('later', 'Later'), ('no', 'No')], max_length=8)),
                ('why', models.CharField(max_length=16)),
                ('until', models.DateTimeField(null=True)),
                ('at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['identifier', '-id'], name='asked_identifier_idx'), models.Index(fields=['at'], name='asked_at_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answer__in', ['yes', 'later', 'no'])), name='asked_answer_known'), models.CheckConstraint(condition=models.Q(('purpose__in', ['service', 'surveys', 'marketing'])), name='asked_purpose_known')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('why', models.CharField(max_length=80)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('identifier', 'why'), name='pause_once')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('identifier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.identifier')),
                ('covers', models.CharField(choices=[('everything', 'nothing is sent there'), ('unasked', 'only answers and what concerns their own orders is sent there')], max_length=12)),
                ('reason', models.CharField(max_length=40)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('digest', 'covers'), name='suppression_once'), models.CheckConstraint(condition=models.Q(('covers__in', ['everything', 'unasked'])), name='suppression_covers_known')],
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'Mailbox'), ('chat', 'Chat on our pages'), ('generic', 'Another system')], max_length=8)),
                ('channel', models.CharField(choices=[('email', 'Mail'), ('chat', 'Chat'), ('sms', 'SMS'), ('whatsapp', 'WhatsApp'), ('voice', 'Phone'), ('social', 'Social media'), ('in_person', 'In person'), ('web', 'Web'), ('app', 'App'), ('post', 'Letter'), ('api', 'Another system')], max_length=16)),
                ('name', models.CharField(max_length=80)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('touchpoint', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='interactions.touchpoint')),
                ('address', models.CharField(blank=True, max_length=254)),
                ('token', models.CharField(max_length=48, unique=True)),
                ('settings', models.JSONField(default=dict)),
                ('secret', models.TextField(blank=True)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=200)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['email', 'chat', 'generic'])), name='endpoint_kind_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'chat', 'sms', 'whatsapp', 'voice', 'social', 'in_person', 'web', 'app', 'post', 'api'])), name='endpoint_channel_known'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('name',), name='endpoint_named_once')],
            },
        ),
        migrations.CreateModel(
            name='Visitor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.endpoint')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('identifier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('address', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('page', models.CharField(blank=True, max_length=300)),
                ('mailed', models.BigIntegerField(default=0)),
                ('began_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['endpoint', '-seen_at'], name='visitor_seen_idx')],
            },
        ),
        migrations.CreateModel(
            name='SignedOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.endpoint')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.identifier')),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('endpoint', 'person'), name='signed_out_once')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('visitor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='reading', serialize=False, to='channels.visitor')),
                ('theirs', models.BigIntegerField(default=0)),
                ('theirs_at', models.DateTimeField(null=True)),
                ('ours', models.BigIntegerField(default=0)),
                ('ours_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='channels.endpoint')),
                ('address', models.CharField(max_length=254, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('endpoint', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mailbox', serialize=False, to='channels.endpoint')),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('backlog_uid', models.BigIntegerField(default=0)),
                ('backlog', models.CharField(blank=True, max_length=8)),
                ('stuck_uid', models.BigIntegerField(default=0)),
                ('stuck_times', models.PositiveSmallIntegerField(default=0)),
                ('looked_at', models.DateTimeField(null=True)),
                ('mail_at', models.DateTimeField(null=True)),
                ('held_by', models.CharField(blank=True, max_length=80)),
                ('held_until', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, max_length=300)),
                ('trouble_kind', models.CharField(blank=True, max_length=12)),
                ('troubled_since', models.DateTimeField(null=True)),
                ('troubles', models.PositiveIntegerField(default=0)),
                ('rests_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Forgone',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.endpoint')),
                ('domain', models.CharField(blank=True, max_length=190)),
                ('minute_at', models.DateTimeField()),
                ('sent', models.PositiveIntegerField(default=0)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('rests_until', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('endpoint', 'domain'), name='pace_once')],
            },
        ),
        migrations.CreateModel(
            name='NamingKey',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('sealed', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('token', models.CharField(max_length=48, unique=True)),
                ('started_at', models.DateTimeField()),
                ('last_message_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='channels.thread')),
                ('identifier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('standing', models.CharField(choices=[('customer', 'the customer'), ('accepted', 'takes part'), ('proposed', 'wrote, not yet accepted'), ('refused', 'was not accepted')], max_length=8)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('since', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('thread', 'identifier'), name='participant_once'), models.CheckConstraint(condition=models.Q(('standing__in', ['customer', 'accepted', 'proposed', 'refused'])), name='participant_standing_known')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='channels.thread')),
                ('token', models.CharField(max_length=48, unique=True)),
                ('endpoint', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='channels.endpoint')),
                ('channel', models.CharField(max_length=16)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('direction', models.CharField(max_length=4)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('author_name', models.CharField(blank=True, max_length=200)),
                ('staff', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('rest', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('recipients', models.JSONField(default=list)),
                ('answers', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='channels.message')),
                ('log_id', models.CharField(blank=True, max_length=200)),
                ('is_internal', models.BooleanField(default=False)),
                ('is_automatic', models.BooleanField(default=False)),
                ('warning', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('stored_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['thread', 'id'], name='message_thread_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'chat', 'sms', 'whatsapp', 'voice', 'social', 'in_person', 'web', 'app', 'post', 'api'])), name='message_channel_known'), models.CheckConstraint(condition=models.Q(('direction__in', ['in', 'out', 'none'])), name='message_direction_known')],
            },
        ),
        migrations.CreateModel(
            name='Wait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.endpoint')),
                ('visitor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='waits', to='channels.visitor')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.message')),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('is_answered', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['endpoint', '-began_at'], name='wait_newest_idx'), models.Index(fields=['visitor', '-id'], name='wait_visitor_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('visitor',), name='wait_once_open')],
            },
        ),
        migrations.CreateModel(
            name='Envelope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='channels.endpoint')),
                ('external_id', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('raw', models.BinaryField(null=True)),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('state', models.CharField(choices=[('waiting', 'to be read'), ('placed', 'in its thread'), ('noted', 'understood; no message (a bounce, a delivery report)'), ('suspended', 'waits for a person'), ('discarded', 'put aside by a person'), ('parked', 'could not be read')], default='waiting', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=80)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('sender', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='channels.thread')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.message')),
                ('arrived_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'suspended', 'parked'])), fields=['state', '-id'], name='envelope_open_idx'), models.Index(fields=['sender', 'arrived_at'], name='envelope_sender_idx')],
                'constraints': [models.UniqueConstraint(fields=('endpoint', 'external_id'), name='envelope_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'placed', 'noted', 'suspended', 'discarded', 'parked'])), name='envelope_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envelope', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='channels.envelope')),
                ('name', models.CharField(max_length=24)),
                ('outcome', models.CharField(max_length=24)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='channels.message')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.endpoint')),
                ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('asked', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='channels.asked')),
                ('address', models.CharField(max_length=254)),
                ('role', models.CharField(default='to', max_length=3)),
                ('domain', models.CharField(max_length=190)),
                ('purpose', models.CharField(max_length=16)),
                ('is_answer', models.BooleanField(default=False)),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(max_length=250)),
                ('state', models.CharField(choices=[('held', 'may still be taken back'), ('queued', 'waits to be sent'), ('sending', 'being handed over'), ('sent', 'handed over'), ('delivered', 'arrived'), ('bounced', 'came back'), ('failed', 'given up'), ('unknown', 'handed over, but nobody confirmed it'), ('taken_back', 'taken back before it left'), ('refused', 'may not be sent')], max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('unknowns', models.PositiveSmallIntegerField(default=0)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('code', models.CharField(blank=True, max_length=20)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['rank', 'due_at', 'id'], name='dispatch_due_idx'), models.Index(condition=models.Q(('leased_until__isnull', False)), fields=['leased_until'], name='dispatch_leased_idx'), models.Index(fields=['address', '-id'], name='dispatch_address_idx')],
                'constraints': [models.UniqueConstraint(fields=('message', 'address'), name='dispatch_once'), models.CheckConstraint(condition=models.Q(('state__in', ['held', 'queued', 'sending', 'sent', 'delivered', 'bounced', 'failed', 'unknown', 'taken_back', 'refused'])), name='dispatch_state_known'), models.CheckConstraint(condition=models.Q(('purpose__in', ['service', 'surveys', 'marketing'])), name='dispatch_purpose_known'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('state__in', ['held', 'queued', 'sending'])), models.Q(models.Q(('state__in', ['held', 'queued', 'sending']), _negated=True), ('due_at', None)), _connector='OR'), name='dispatch_due_while_open'), models.CheckConstraint(condition=models.Q(models.Q(('leased_until__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('leased_until', None)), _connector='OR'), name='dispatch_leased_while_sending')],
            },
        ),
        migrations.CreateModel(
            name='MessageName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('name', models.CharField(blank=True, max_length=998)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.endpoint')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='channels.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('digest', 'endpoint'), name='message_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='channels.message')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('bytes', models.BigIntegerField()),
                ('content_id', models.CharField(blank=True, max_length=200)),
                ('is_inline', models.BooleanField(default=False)),
            ],
        ),
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
