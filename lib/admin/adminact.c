#include "act/act.h"
#include "admin/adminjob.h"
#include "chain/event.h"

static void
say(const char *label, const char *value)
{
	if (value[0] != '\0')
		event_puts(label, value);
}

static void
say_all(struct adminjob *j, const char *what, const char *now, int failed)
{
	const struct slice *ip = &j->cred.cred.q.value[ACCOUNTWIRE_IP];

	say("what", what);
	say("org", j->who.org);
	say("who", j->who.user);
	say("key", j->who.key);
	if (ip->n > 0)
		event_put("client", ip->p, ip->n);
	if (now != NULL)
		event_puts("now", now);
	if (failed)
		event_num("failed", 1);
}

static void
tell(struct adminjob *j, const char *what, const char *now, int failed)
{
	act_begin(j->call->act);
	say_all(j, what, now, failed);
	act_end();
	if (act_write(j->instance) == 1)
		return;
	/* a user of a service may not write there: then its own log has it */
	event_begin("act");
	event_puts("act", j->call->act);
	say_all(j, what, now, failed);
	event_end();
}

void
adminjob_act(struct adminjob *j, const char *what, const char *now)
{
	tell(j, what, now, 0);
}

void
adminjob_act_failed(struct adminjob *j, const char *what)
{
	tell(j, what, NULL, 1);
}
