/* the file suppress: what is a rule, and what is told of those that are none */
#include "suppress/suppressfile.h"
#include "memlookup.h"
#include "tap.h"

static const struct {
	const char *line, *fault; /* "": none */
} lines[] = {
	{ "ev:complaint suppress:forever", "" },
	{ "ev:bounced,oob-bounce failure:unknown-user type:hard suppress:30d "
	  "scope:everybody",
	    "" },
	{ "ev:bounced type:soft after:32/14d suppress:1w", "" },
	{ "ev:complaint trusted:no suppress:1d", "" },
	{ "ev:unsubscribe to:@example.org ignore", "" },
	{ "stream:transactional reason:unsubscribe,complaint send", "" },
	{ "tenant:acme from:@a.example refuse report:no", "" },
	{ "stream:* report:yes", "" },
	{ "user:ann door:acme/news", "" },
	{ "suppress:3652d", "" },
	{ "ev:complaint", "no action" },
	{ "suppress:3653d",
	    "suppress:3653d: want forever or a time span of at most ten "
	    "years" },
	{ "suppress:0",
	    "suppress:0: want forever or a time span of at most "
	    "ten years" },
	{ "ev:sent suppress:1d",
	    "ev:sent: want bounced, expired, deferred, oob-bounce, complaint "
	    "or unsubscribe" },
	{ "ev: suppress:1d",
	    "ev:: want bounced, expired, deferred, oob-bounce, complaint or "
	    "unsubscribe" },
	{ "type:medium suppress:1d", "type:medium: want hard or soft" },
	{ "trusted:yes suppress:1d", "trusted:yes: want no" },
	{ "suppress:1d after:1/3d",
	    "after:1/3d: want N/SPAN, as 3/14d, N from 2 to 32" },
	{ "suppress:1d after:33/3d",
	    "after:33/3d: want N/SPAN, as 3/14d, N from 2 to 32" },
	{ "suppress:1d after:3",
	    "after:3: want N/SPAN, as 3/14d, N from 2 to 32" },
	{ "scope:stream", "scope: and after: stand behind suppress:" },
	{ "suppress:1d scope:all",
	    "scope:all: want tenant, stream or everybody" },
	{ "suppress:1d send", "an action for events and one for mail" },
	{ "ev:complaint send",
	    "a condition of events, and an action for mail" },
	{ "send tenant:acme", "tenant:acme: a condition behind an action" },
	{ "send:x", "send:x: takes no value" },
	{ "suppress", "suppress: wants :VALUE" },
	{ "tenat:x send", "tenat:x: unknown condition or action" },
	{ "to:x send",
	    "to:x: not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN or USER@" },
	{ "tenant: send", "tenant:: nothing behind the colon" },
	{ "stream: send", "stream:: not a name of a stream" },
	{ "reason:a,,b send", "reason:a,,b: want words with commas between" },
	{ "report:maybe", "report:maybe: want yes or no" },
	{ "door:/x", "door:/x: want TENANT or TENANT/STREAM" },
	{ "tenant:a tenant:b send", "tenant: stands twice" },
	{ "\"tenant:a send", "quote not closed, or control byte" },
};

static void
rules(unsigned n)
{
	struct memtable t;
	struct buf b = { 0 };
	unsigned i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "tenant:t%u send\n", i);
	buf_putc(&b, '\0');
	memtable_make(&t, &conffile_suppress, buf_data(&b));
	is_str(buf_data(&t.faults),
	    n > SUPPRESSFILE_RULES_MAX ? "10001 too many rules\n" : "",
	    "as many rules");
	memtable_free(&t);
	buf_free(&b);
}

int
main(void)
{
	struct memtable t;
	char want[200];
	unsigned i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		snprintf(want, sizeof want, lines[i].fault[0] ? "1 %s\n" : "%s",
		    lines[i].fault);
		memtable_make(&t, &conffile_suppress, lines[i].line);
		is_str(buf_data(&t.faults), want, lines[i].line);
		memtable_free(&t);
	}
	rules(SUPPRESSFILE_RULES_MAX);
	rules(SUPPRESSFILE_RULES_MAX + 1);
	return done();
}
