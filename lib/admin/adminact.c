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
begin(struct adminjob *j, const char *what)
{
	const struct slice *ip = &j->cred.q.value[ACCOUNTWIRE_IP];

	act_begin(j->call->act);
	say("what", what);
	say("org", j->who.org);
	say("who", j->who.user);
	say("key", j->who.key);
	if (ip->n > 0)
		event_put("client", ip->p, ip->n);
}

void
adminjob_act(struct adminjob *j, const char *what, const char *now)
{
	begin(j, what);
	if (now != NULL)
		event_puts("now", now);
	act_end();
	act_write(j->instance);
}

void
adminjob_act_failed(struct adminjob *j, const char *what)
{
	begin(j, what);
	event_num("failed", 1);
	act_end();
	act_write(j->instance);
}
