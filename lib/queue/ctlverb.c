#include "base/ascii.h"
#include "queue/ctlrequest.h"

static const char *const verb_name[CTLREQUEST_VERBS] = { "hold", "release",
	"delete", "retry", "bounce", "suspend", "resume", "show", "why", "ask",
	"rebind", "suspensions", "rebindings", "status", "stop" };

const char *
ctlrequest_verb_name(enum ctlrequest_verb v)
{
	return verb_name[v];
}

int
ctlrequest_verb(const char *s, size_t n)
{
	return ascii_which(verb_name, CTLREQUEST_VERBS, s, n);
}

int
ctlrequest_wants(enum ctlrequest_verb v)
{
	return v < CTLREQUEST_SUSPENSIONS;
}

int
ctlrequest_tells(const struct ctlrequest *o)
{
	return o->count || o->verb == CTLREQUEST_SUSPENSIONS ||
	    o->verb == CTLREQUEST_REBINDINGS || o->verb == CTLREQUEST_STATUS ||
	    o->verb == CTLREQUEST_SHOW || o->verb == CTLREQUEST_WHY ||
	    o->verb == CTLREQUEST_ASK;
}

int
ctlrequest_all(const struct ctlrequest *o)
{
	return o->sel.all && o->sel.n == 0 && buf_len(&o->sel.ids) == 0;
}

int
ctlrequest_stands(const struct ctlrequest *o)
{
	return o->verb == CTLREQUEST_SUSPEND ||
	    (o->verb == CTLREQUEST_REBIND && !o->with.none) ||
	    (o->verb == CTLREQUEST_BOUNCE && o->with.for_s > 0);
}
