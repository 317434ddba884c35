/* which rule of the file suppress decides */
#include "suppress/suppressconf.h"
#include "suppress/suppressfile.h"
#include "memlookup.h"
#include "tap.h"

static const char text[] =
    "tenant:quiet ev:bounced ignore\n"
    "ev:bounced,oob-bounce failure:unknown-user,unknown-host "
    "suppress:forever\n"
    "ev:complaint to:@example.org suppress:30d scope:everybody\n"
    "ev:complaint trusted:no suppress:1d\n"
    "ev:unsubscribe suppress:forever scope:stream\n"
    "type:soft suppress:2d after:3/14d\n"
    "stream:orders reason:unsubscribe send\n"
    "tenant:acme refuse\n"
    "reason:manual send\n"
    "stream:* report:no\n"
    "user:ann report:yes door:acme\n"
    "from:@news.example door:acme/news\n";

static struct memtable table;
static struct suppressconf conf;

static struct slice
of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static struct address to, from;
static struct slice tag;

static struct suppressconf_facts
facts(const char *tenant, const char *stream)
{
	struct suppressconf_facts f;

	memset(&f, 0, sizeof f);
	address_set(&to, "joe@example.net", 15);
	memset(&from, 0, sizeof from);
	from.domain = "";
	f.who.to = &to;
	f.who.from = &from;
	f.who.tenant = of(tenant);
	tag = of(stream);
	f.who.tag = &tag;
	f.who.n_tag = tag.n > 0;
	return f;
}

static const struct {
	const char *ev, *failure, *type, *tenant, *to;
	int untrusted;
	unsigned line; /* 0: nothing */
	int64_t span;
	enum suppressconf_scope scope;
	unsigned after;
} events[] = {
	{ "bounced", "unknown-user", "hard", "", "a@b.example", 0, 2, 0,
	    SUPPRESSCONF_TENANT, 1 },
	{ "oob-bounce", "unknown-host", "hard", "", "a@b.example", 0, 2, 0,
	    SUPPRESSCONF_TENANT, 1 },
	{ "bounced", "unknown-user", "hard", "quiet", "a@b.example", 0, 0, 0, 0,
	    0 },
	{ "bounced", "spam", "hard", "", "a@b.example", 0, 0, 0, 0, 0 },
	{ "bounced", "", "", "", "a@b.example", 0, 0, 0, 0, 0 },
	{ "expired", "other", "soft", "", "a@b.example", 0, 6, 172800,
	    SUPPRESSCONF_TENANT, 3 },
	{ "complaint", "", "", "", "a@example.org", 0, 3, 2592000,
	    SUPPRESSCONF_EVERYBODY, 1 },
	{ "complaint", "", "", "", "a@b.example", 0, 0, 0, 0, 0 },
	{ "complaint", "", "", "", "a@example.org", 1, 4, 86400,
	    SUPPRESSCONF_TENANT, 1 },
	{ "unsubscribe", "", "", "", "a@b.example", 0, 5, 0,
	    SUPPRESSCONF_STREAM, 1 },
	{ "unsubscribe", "", "", "", "a@b.example", 1, 0, 0, 0, 0 },
};

static void
ask_events(void)
{
	struct suppressconf_add a;
	unsigned i;
	int r;

	for (i = 0; i < sizeof events / sizeof *events; i++) {
		struct suppressconf_facts f = facts(events[i].tenant, "");

		address_set(&to, events[i].to, strlen(events[i].to));
		f.ev = of(events[i].ev);
		f.failure = of(events[i].failure);
		f.type = of(events[i].type);
		f.untrusted = (unsigned)events[i].untrusted & 1;
		r = suppressconf_event(&conf, &f, &a);
		is_num(r == 1 ? a.line : 0, events[i].line, events[i].ev);
		if (r == 1)
			ok(a.span_s == events[i].span &&
				a.scope == events[i].scope &&
				a.after == events[i].after &&
				a.after_s == (a.after > 1 ? 1209600 : 0),
			    "and what it says");
	}
}

static void
ask_mail(void)
{
	struct suppressconf_facts f = facts("acme", "stream=orders");
	struct slice tenant, stream;

	f.reason = of("unsubscribe");
	is_num(suppressconf_sends(&conf, &f), 1, "orders are sent");
	f.reason = of("complaint");
	is_num(suppressconf_sends(&conf, &f), 0, "not to who complained");
	is_num(suppressconf_reports(&conf, &f), 0, "a stream has no reports");
	f = facts("acme", "");
	f.reason = of("manual");
	is_num(suppressconf_sends(&conf, &f), 0, "the first line decides");
	is_num(suppressconf_reports(&conf, &f), 1, "others have reports");
	is_num(suppressconf_door(&conf, &f, &tenant, &stream), 0,
	    "nobody knows who that is");
	f = facts("other", "");
	f.reason = of("manual");
	is_num(suppressconf_sends(&conf, &f), 1, "sent to who was put there");
	f.who.user = of("ann");
	is_num(suppressconf_door(&conf, &f, &tenant, &stream), 1, "ann");
	ok(word_is(tenant, "acme") && stream.n == 0, "is of acme");
	f.who.user.n = 0;
	address_set(&from, "x@news.example", 14);
	is_num(suppressconf_door(&conf, &f, &tenant, &stream), 1, "news");
	ok(word_is(tenant, "acme") && word_is(stream, "news"), "of a stream");
}

int
main(void)
{
	struct suppressconf_facts f = facts("", "");
	struct lookup l = memtable_make(&table, &conffile_suppress, text);
	struct suppressconf_add a;

	is_str(buf_data(&table.faults), "", "no faults");
	is_num(suppressconf_load(&conf, &l), 0, "loaded");
	ask_events();
	ask_mail();
	table.broken = 1;
	is_num(suppressconf_event(&conf, &f, &a), -1, "a damaged table");
	is_num(suppressconf_sends(&conf, &f), -1, "says so");
	is_num(suppressconf_load(&conf, &l), -1, "also at once");
	memtable_free(&table);
	return done();
}
