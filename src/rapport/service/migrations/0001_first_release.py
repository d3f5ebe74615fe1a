"""Everything about service that the first release keeps."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rapport.service.migrations import _tally


class Migration(migrations.Migration):

    replaces = [('service', '0001_tables'), ('service', '0002_desk'), ('service', '0003_clocks'), ('service', '0004_settled_words'), ('service', '0005_revived_clocks'), ('service', '0006_merged_cases'), ('service', '0010_routing'), ('service', '0011_one_index_less'), ('service', '0020_undelivered'), ('service', '0030_histories'), ('service', '0031_views')]

    initial = True

    dependencies = [
        ('channels', '0001_first_release'),
        ('customers', '0001_first_release'),
        ('interactions', '0001_first_release'),
        ('staff', '0001_first_release'),
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('name',), name='calendar_named_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='calendar_named')],
            },
        ),
        migrations.CreateModel(
            name='CalendarVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='service.calendar')),
                ('number', models.PositiveIntegerField()),
                ('hours', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('calendar', 'number'), name='calendar_version_once'), models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('calendar',), name='calendar_current_once')],
            },
        ),
        migrations.CreateModel(
            name='CaseState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'nobody has answered yet'), ('ours', 'we are to act'), ('theirs', 'we wait for the customer'), ('third', 'we wait for somebody else'), ('done', 'settled'), ('junk', 'no matter of a customer')], max_length=8)),
                ('name', models.CharField(max_length=40)),
                ('customer_word', models.CharField(blank=True, max_length=80)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'ours', 'theirs', 'third', 'done', 'junk'])), name='case_state_kind_known'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('name',), name='case_state_named_once')],
            },
        ),
        migrations.CreateModel(
            name='NotificationChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('assigned', 'a case was given to me'), ('mentioned', 'somebody named me in a note'), ('customer_wrote', 'a customer of mine wrote'), ('followed', 'something was said in a case that I follow'), ('side_answered', 'somebody answered what was forwarded to them'), ('woken', 'a case that I put off is back'), ('warning', 'a clock of a case of mine is about to run out'), ('breach', 'a clock of a case of mine ran out'), ('returned', 'an answer of mine was not sent'), ('undelivered', 'an answer in a case of mine did not arrive')], max_length=16)),
                ('on_screen', models.BooleanField(default=True)),
                ('by_mail', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff', 'kind'), name='notification_choice_once')],
            },
        ),
        migrations.CreateModel(
            name='Macro',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.TextField(blank=True)),
                ('acts', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None), ('staff', None)), fields=('name', 'department'), name='macro_named_once'), models.UniqueConstraint(condition=models.Q(('closed_at', None), ('staff__isnull', False)), fields=('name', 'staff'), name='macro_named_once_by_each')],
            },
        ),
        migrations.CreateModel(
            name='HistoryRun',
            fields=[
                ('import_run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='interactions.import')),
                ('upto', models.BigIntegerField(default=0)),
                ('figures', models.JSONField(default=dict)),
                ('faults', models.JSONField(default=list)),
                ('begun_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('taken_back_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('code', models.CharField(blank=True, max_length=8)),
                ('added_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='skill_named'), models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('name',), name='skill_named_once'), models.UniqueConstraint(condition=models.Q(('closed_at', None), models.Q(('code', ''), _negated=True)), fields=('code',), name='skill_language_once')],
            },
        ),
        migrations.CreateModel(
            name='Queue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('is_push', models.BooleanField(default=False)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('identifier', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('needs', models.ManyToManyField(blank=True, related_name='+', to='service.skill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('name',), name='queue_named_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['', 'email', 'chat', 'sms', 'whatsapp', 'voice', 'social', 'in_person', 'web', 'app', 'post', 'api'])), name='queue_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('queue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.queue')),
                ('kind', models.CharField(blank=True, max_length=24)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('identifier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('name',), name='policy_named_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='policy_named'), models.CheckConstraint(condition=models.Q(('channel__in', ['', 'email', 'chat', 'sms', 'whatsapp', 'voice', 'social', 'in_person', 'web', 'app', 'post', 'api'])), name='policy_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='service.policy')),
                ('number', models.PositiveIntegerField()),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.calendar')),
                ('aims', models.JSONField()),
                ('pauses_in', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('replaced_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_once'), models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('policy',), name='policy_current_once')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.thread')),
                ('queue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='service.queue')),
                ('department', models.CharField(blank=True, max_length=80)),
                ('touchpoint', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='interactions.touchpoint')),
                ('state', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.casestate')),
                ('kind', models.CharField(max_length=8)),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('channel', models.CharField(max_length=16)),
                ('outcome', models.CharField(blank=True, max_length=80)),
                ('opened_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('waiting_since', models.DateTimeField(null=True)),
                ('last_word', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.message')),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='service.case')),
                ('snoozed_until', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('needs', models.ManyToManyField(blank=True, related_name='+', to='service.skill')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['waiting_since', 'id'], name='case_waiting_all_idx'), models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['queue', 'waiting_since', 'id'], name='case_waiting_idx'), models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['owner', 'waiting_since', 'id'], name='case_waiting_owner_idx'), models.Index(condition=models.Q(('closed_at', None), ('merged_into', None), ('snoozed_until', None)), fields=['owner', 'kind', 'channel'], name='case_at_work_idx'), models.Index(condition=models.Q(('closed_at', None)), fields=['-changed_at', '-id'], name='case_open_idx'), models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['channel', 'waiting_since', 'id'], name='case_waiting_channel_idx'), models.Index(condition=models.Q(('closed_at', None)), fields=['channel', '-changed_at', '-id'], name='case_open_channel_idx'), models.Index(fields=['channel', 'kind', '-changed_at', '-id'], name='case_channel_idx'), models.Index(condition=models.Q(('closed_at', None)), fields=['owner', '-changed_at', '-id'], name='case_open_owner_idx'), models.Index(condition=models.Q(('closed_at', None)), fields=['queue', '-changed_at', '-id'], name='case_open_queue_idx'), models.Index(fields=['kind', '-changed_at', '-id'], name='case_kind_idx'), models.Index(fields=['queue', 'kind', '-changed_at', '-id'], name='case_queue_idx'), models.Index(fields=['owner', 'kind', '-changed_at', '-id'], name='case_owner_idx'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='case_merged_idx'), models.Index(condition=models.Q(('snoozed_until__isnull', False)), fields=['snoozed_until', 'id'], name='case_snoozed_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'ours', 'theirs', 'third', 'done', 'junk'])), name='case_kind_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'chat', 'sms', 'whatsapp', 'voice', 'social', 'in_person', 'web', 'app', 'post', 'api'])), name='case_channel_known'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('kind__in', ['new', 'ours', 'theirs', 'third'])), models.Q(('closed_at__isnull', False), ('kind__in', ['done', 'junk'])), _connector='OR'), name='case_closed_when_settled')],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('first_answer', 'First answer'), ('next_answer', 'Next answer'), ('resolution', 'Resolution'), ('promise', 'Promise')], max_length=12)),
                ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='clocks', to='service.case')),
                ('queue', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.queue')),
                ('policy_version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.policyversion')),
                ('calendar_version', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='service.calendarversion')),
                ('target', models.DurationField()),
                ('warn_before', models.DurationField()),
                ('used', models.DurationField()),
                ('began_at', models.DateTimeField()),
                ('since_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('warn_at', models.DateTimeField(null=True)),
                ('warned_at', models.DateTimeField(null=True)),
                ('breached_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('is_fulfilled', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'id'], name='clock_case_idx'), models.Index(condition=models.Q(('breached_at', None), ('since_at__isnull', False)), fields=['due_at', 'id'], name='clock_due_idx'), models.Index(condition=models.Q(('breached_at__isnull', False), ('ended_at', None)), fields=['breached_at', 'id'], name='clock_breached_idx'), models.Index(condition=models.Q(('breached_at', None), ('since_at__isnull', False), ('warn_at__isnull', False), ('warned_at', None)), fields=['warn_at', 'id'], name='clock_warn_idx'), models.Index(condition=models.Q(('calendar_version__isnull', False), ('ended_at', None)), fields=['calendar_version', 'id'], name='clock_calendar_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['first_answer', 'next_answer', 'resolution', 'promise'])), name='clock_kind_known'), models.CheckConstraint(condition=models.Q(('since_at', None), ('ended_at', None), _connector='OR'), name='clock_ended_stands_still'), models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('since_at', None)), models.Q(('due_at__isnull', False), ('since_at__isnull', False)), _connector='OR'), name='clock_runs_towards_something'), models.CheckConstraint(condition=models.Q(('is_fulfilled', False), ('ended_at__isnull', False), _connector='OR'), name='clock_fulfilled_ended'), models.UniqueConstraint(condition=models.Q(('ended_at', None), models.Q(('kind', 'promise'), _negated=True)), fields=('case', 'kind'), name='clock_once_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='ClockEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='service.clock')),
                ('kind', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('noted_at', models.DateTimeField()),
                ('used', models.DurationField()),
                ('due_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['clock', 'id'], name='clock_event_idx'), models.Index(fields=['kind', 'at', 'id'], name='clock_event_kind_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['start', 'pause', 'resume', 'retarget', 'fulfil', 'stop', 'warn', 'breach', 'spare', 'revive'])), name='clock_event_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='service.case')),
                ('kind', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(blank=True, max_length=200)),
                ('staff', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'id'], name='case_event_idx'), models.Index(fields=['kind', 'at', 'id'], name='case_event_kind_idx')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.case')),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.case')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('case',), name='merge_once_at_a_time'), models.CheckConstraint(condition=models.Q(('case', models.F('into')), _negated=True), name='merge_of_two')],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.case')),
                ('to_case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.case')),
                ('is_split', models.BooleanField(default=False)),
                ('messages', models.JSONField(help_text='[message, the case it was filed under] each')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='service.case')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('since', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'staff'), name='follower_once')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='service.case')),
                ('kind', models.CharField(choices=[('assigned', 'a case was given to me'), ('mentioned', 'somebody named me in a note'), ('customer_wrote', 'a customer of mine wrote'), ('followed', 'something was said in a case that I follow'), ('side_answered', 'somebody answered what was forwarded to them'), ('woken', 'a case that I put off is back'), ('warning', 'a clock of a case of mine is about to run out'), ('breach', 'a clock of a case of mine ran out'), ('returned', 'an answer of mine was not sent'), ('undelivered', 'an answer in a case of mine did not arrive')], max_length=16)),
                ('by', models.CharField(blank=True, max_length=200)),
                ('times', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('on_screen', models.BooleanField(default=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('mail_due_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['staff', '-at', '-id'], name='notification_newest_idx'), models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at', 'id'], name='notification_mail_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['assigned', 'mentioned', 'customer_wrote', 'followed', 'side_answered', 'woken', 'warning', 'breach', 'returned', 'undelivered'])), name='notification_kind_known'), models.UniqueConstraint(condition=models.Q(('seen_at', None)), fields=('staff', 'case', 'kind'), name='notification_unseen_once')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='claim', serialize=False, to='service.case')),
                ('holder', models.CharField(max_length=200)),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='present', to='service.case')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_writing', models.BooleanField(default=False)),
                ('since', models.DateTimeField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='presence_at_idx')],
                'constraints': [models.UniqueConstraint(fields=('case', 'staff'), name='presence_once')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='service.case')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('reply', 'answer'), ('note', 'note'), ('side', 'forward')], default='reply', max_length=8)),
                ('content', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('begun_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('sent_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.message')),
                ('sent_at', models.DateTimeField(null=True)),
                ('dropped_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('dropped_at', None), ('sent_at', None)), fields=('case', 'staff', 'kind'), name='draft_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['reply', 'note', 'side'])), name='draft_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='SideThread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sides', to='service.case')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.thread')),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.CharField(max_length=200)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='channels.message')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='service.case')),
                ('side', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='service.sidethread')),
                ('filed_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('taken_back_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['case', 'message'], name='filing_case_idx')],
            },
        ),
        migrations.CreateModel(
            name='History',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='history', serialize=False, to='service.case')),
                ('source', models.CharField(max_length=80)),
                ('number', models.CharField(max_length=120)),
                ('rows', models.JSONField()),
                ('transfers', models.PositiveIntegerField()),
                ('reopenings', models.PositiveIntegerField()),
                ('in_time', models.BooleanField(null=True)),
                ('differs', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'number'), name='history_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoryQueue',
            fields=[
                ('queue', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='service.queue')),
                ('source', models.CharField(max_length=80)),
                ('place', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'place'), name='history_queue_once')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.identifier')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='promises', to='service.case')),
                ('what', models.CharField(max_length=300)),
                ('due_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_at', models.DateTimeField()),
                ('clock', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='promise', to='service.clock')),
                ('kept_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept_at', models.DateTimeField(null=True)),
                ('broken_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_why', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['identifier', 'due_at', 'id'], name='promise_identifier_idx'), models.Index(condition=models.Q(('kept_at', None), ('withdrawn_at', None)), fields=['due_at', 'id'], name='promise_open_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='promise_says_something'), models.CheckConstraint(condition=models.Q(('kept_at', None), ('withdrawn_at', None), _connector='OR'), name='promise_kept_or_withdrawn'), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='promise_withdrawn_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='RoutingRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live_capacity', models.PositiveSmallIntegerField(default=3)),
                ('written_capacity', models.PositiveSmallIntegerField(default=10)),
                ('open_minutes', models.PositiveSmallIntegerField(default=5)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='routing_rules_are_one')],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('staff', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('live_capacity', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('written_capacity', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('availability', models.CharField(choices=[('available', 'Available'), ('away', 'Away'), ('off', 'Off')], default='off', max_length=9)),
                ('is_by_itself', models.BooleanField(default=False)),
                ('since', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('skills', models.ManyToManyField(blank=True, related_name='+', to='service.skill')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('availability', 'off'), _negated=True), fields=['seen_at'], name='seat_there_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('availability__in', ['available', 'away', 'off'])), name='seat_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Handout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='handouts', to='service.case')),
                ('queue', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.queue')),
                ('staff', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_push', models.BooleanField()),
                ('waited_since', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_as', models.CharField(blank=True, max_length=8)),
            ],
            options={
                'indexes': [models.Index(fields=['queue', '-at', '-id'], name='handout_queue_idx'), models.Index(fields=['case', 'id'], name='handout_case_idx'), models.Index(condition=models.Q(('ended_at', None)), fields=['staff', 'id'], name='handout_live_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case',), name='handout_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_as', ''), ('ended_at', None)), models.Q(('ended_as__in', ['answered', 'left', 'returned']), ('ended_at__isnull', False)), _connector='OR'), name='handout_ended_somehow')],
            },
        ),
        migrations.CreateModel(
            name='CaseTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue_id', models.BigIntegerField()),
                ('department', models.CharField(blank=True, max_length=80)),
                ('owner_id', models.BigIntegerField()),
                ('channel', models.CharField(max_length=16)),
                ('kind', models.CharField(max_length=8)),
                ('is_waiting', models.BooleanField()),
                ('is_snoozed', models.BooleanField()),
                ('cases', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('queue_id', 'department', 'owner_id', 'channel', 'kind', 'is_waiting', 'is_snoozed'), name='case_tally_once'), models.CheckConstraint(condition=models.Q(('cases__gte', 0)), name='case_tally_not_below_none')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('box', models.CharField(max_length=12)),
                ('asked', models.JSONField(default=dict)),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None), ('staff', None)), fields=('name', 'department'), name='saved_view_named_once'), models.UniqueConstraint(condition=models.Q(('closed_at', None), ('staff__isnull', False)), fields=('name', 'staff'), name='saved_view_named_once_by_each')],
            },
        ),
        migrations.RunPython(_tally.lay, _tally.take_away),
    ]
