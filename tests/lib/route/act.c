/* decisions done: what goes down, what is answered */
#include "route/act.h"
#include "route/routefile.h"
#include "memlookup.h"
#include "nolookup.h"
#include "tap.h"

static struct wire up, down;
static struct resolve dns; /* nobody is asked */
static struct nexthops nexthops = { .dns = &dns };
static const struct routeact act = { &up, &down, "me.example", &nexthops,
	HOSTS_46, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL };
static struct routejob job;
static struct routing where;

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	b->end--;
	return buf_data(b);
}

/* what comes of a job under these rules: "up LINE" or "down LINE" */
static const char *
routed(const char *rules, const char *line)
{
	static struct buf out;
	const struct lookup no = { nolookup, NULL };
	struct memtable t;
	struct routing_conf c = {
		.routes = no, .aliases = no, .pools = no, .local = no
	};
	struct nexthop *d;

	c.routes = memtable_make(&t, &conffile_routes, rules);
	rulesearch_load(&c.loaded, &c.routes);
	buf_clear(&up.out);
	buf_clear(&down.out);
	buf_clear(&out);
	if (routejob_read(&job, line, strlen(line)) == -1)
		return "no job";
	routing_decide(&where, &c, &job.w);
	d = routeact_do(&act, &job, &where);
	memtable_free(&t);
	if (d != NULL)
		buf_puts(&out, "waits");
	if (buf_len(&up.out) > 0)
		buf_printf(&out, "up %s", text(&up.out));
	if (buf_len(&down.out) > 0)
		buf_printf(&out, "down %s", text(&down.out));
	return text(&out);
}

static void
down_(const char *rules, const char *to, const char *has, const char *name)
{
	char line[600];
	const char *got;

	snprintf(line, sizeof line, "id:a\tn:0\tto:%s", to);
	got = routed(rules, line);
	if (!ok(strncmp(got, "down id:a\tn:0\tto:", 17) == 0 &&
		    strstr(got, has) != NULL,
		name))
		printf("# got %s", got);
}

static void
up_(const char *rules, const char *to, const char *want, const char *name)
{
	char line[600];

	snprintf(line, sizeof line, "id:a\tn:0\tto:%s", to);
	is_str(routed(rules, line), want, name);
}

#define RESULT(status, code, esc, class, domain, text) \
	"up id:a\tn:0\tstatus:" status "\tcode:" code "\tesc:" esc \
	"\tclass:" class domain "\ttext:" text "\n"

int
main(void)
{
	nexthops.policy.me = act.me;
	nexthops.policy.local.get = nolookup;
	down_("", "u@[192.0.2.1]", "\tmx:192.0.2.1/25/192.0.2.1\t",
	    "an address literal");
	down_("", "u@[IPv6:2001:db8::1]", "/25/2001:db8::1\t", "of IPv6");
	up_("", "u@[192.0.2]",
	    RESULT("bounced", "550", "5.1.2", "policy", "\tdomain:[192.0.2]",
		"bad address literal"),
	    "a bad one");
	up_("", "u@[]",
	    RESULT("bounced", "550", "5.1.2", "policy", "\tdomain:[]",
		"bad address literal"),
	    "an empty one");
	down_("to:* host:[192.0.2.7]:2525", "u@d.example",
	    "\tmx:192.0.2.7/2525/192.0.2.7\tsmarthost:1\tdomain:d.example\t",
	    "a host that needs no DNS");
	down_("to:* host:[192.0.2.7],[192.0.2.8]", "u@d.example",
	    "\tmx:192.0.2.7/25/192.0.2.7 192.0.2.8/25/192.0.2.8"
	    "\tmx-groups:1,1\tsmarthost:1\t",
	    "two in their order");
	down_("to:* host:[192.0.2.7],[192.0.2.8]=least", "u@d.example",
	    "\tmx:192.0.2.8/25/192.0.2.8 192.0.2.7/25/192.0.2.7"
	    "\tsmarthost:1\t",
	    "two that are as good as each other");
	down_("to:* lmtp:/run/lmtp", "u@d.example",
	    "\ttls:none\ttls-from:default\tproto:lmtp\n", "a path");
	down_("to:* local", "u@d.example", "\tvia:local\t", "a mailbox");
	up_("to:* discard", "u@d.example",
	    RESULT("sent", "250", "2.0.0", "policy", "\tdomain:d.example",
		"discarded by routes:1"),
	    "discarded");
	up_("to:* reject:no", "u@d.example",
	    RESULT("bounced", "550", "5.7.1", "policy", "\tdomain:d.example",
		"no"),
	    "refused");
	up_("to:* defer:not_now", "u@d.example",
	    RESULT("deferred", "450", "4.7.1", "policy", "\tdomain:d.example",
		"not_now"),
	    "put off");
	up_("", "u@\xc3\xa4\xc2\xa0.example",
	    RESULT("bounced", "550", "5.1.2", "policy",
		"\tdomain:\xc3\xa4\xc2\xa0.example",
		"not an internationalized domain name"),
	    "no domain name");
	up_("to:* host:[192.0.2.7] tls:dane-only", "u@d.example",
	    RESULT("deferred", "450", "4.7.5", "tls",
		"\tdomain:d.example\ttls-policy:dane\ttls-from:routes:1"
		"\ttls-fail:dane-required",
		"192.0.2.7 has no TLSA records that are of use"),
	    "not safe enough");
	down_("to:* host:[192.0.2.7] tls:must", "u@d.example",
	    "\ttls:must\ttls-from:routes:1\n", "protected by a rule");
	return done();
}
