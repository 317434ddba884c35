/* what queue-why prints of a recipient */
#include "queue/whytext.h"
#include "tap.h"

static const char *
text(const char *at, const char *chain)
{
	static struct buf b;
	static struct ltsv a, c;

	buf_clear(&b);
	ltsv_parse(at, strlen(at), &a);
	ltsv_parse(chain, strlen(chain), &c);
	whytext(&b, "q", &a, &c, 1790000000);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

#define AT "id:i\tn:0\tto:a@b\tfrom:\tbirth:1789999940\ttry:1\t"
#define HEAD \
	"i/0 to <a@b> from <>, accepted 2026-09-21T14:12:20Z (60s ago), " \
	"tried 1 times\n"
#define NO_CHAIN "  chain: it has not answered in time\n"

int
main(void)
{
	static const struct {
		const char *at, *chain, *want;
	} t[] = {
		{ AT "because:held\tnext:1790000060\n", "",
		    HEAD "  state: an administrator holds it\n" NO_CHAIN
			 "  what changes it: queue-ctl q release i\n" },
		{ AT "because:stopped\tnext:1790000060\tchain:none\n", "",
		    HEAD
		    "  state: no queue-run works on the queue: it waits until "
		    "one does\n"
		    "  next attempt: 2026-09-21T14:14:20Z (in 60s)\n"
		    "  what changes it: a queue-run for the queue\n" },
		{ AT "because:suspended\tsuspended:7\n",
		    "domain:b\tstatus:explained\n",
		    HEAD "  state: order 7 suspends it\n"
			 "  what changes it: queue-ctl q resume id:7\n" },
		{ AT "because:suspended\tsuspended:7\tsuspended-until:"
		     "1790000060\treason:a\\tb\n",
		    "domain:b\tstatus:explained\n",
		    HEAD
		    "  state: order 7 suspends it until 2026-09-21T14:14:20Z "
		    "(in 60s): a\tb\n"
		    "  what changes it: queue-ctl q resume id:7\n" },
		{ AT
		    "because:retry\tinterval:60\tinterval-line:5\tfailure:full\tnext:1790000060\t"
		    "reply:4.2.2 mx\\\\ full\n",
		    "status:sent\n",
		    HEAD "  state: it was tried in vain, and waits 60 s by "
			 "conf/retry:5, after failure full\n"
			 "  next attempt: 2026-09-21T14:14:20Z (in 60s)\n"
			 "  chain: its last link does not explain itself\n"
			 "  last reply: 4.2.2 mx\\ full\n"
			 "  what changes it: queue-ctl q retry i\n" },
		{ AT "because:retry\tinterval:60\ttries:5\t"
		     "next:1790000060\t",
		    "status:sent\n",
		    HEAD "  state: it was tried in vain, and waits 60 s by "
			 "the built-in intervals, attempt 2 of 5\n"
			 "  next attempt: 2026-09-21T14:14:20Z (in 60s)\n"
			 "  chain: its last link does not explain itself\n"
			 "  what changes it: queue-ctl q retry i\n" },
		{ "id:new\tn:0\tbecause:new\tto:a@b\tfrom:c\n",
		    "status:explained\twhy-limit:one\twhy-route:r:1: m\t"
		    "site:s\tvia:v\n",
		    "a message to <a@b> from <c> that came now\n"
		    "  limit: one\n  route: r:1: m\n  goes to: site:s via:v\n" },
		{ AT "because:out\tlink:route\tsince:1789999990\toverdue:1\t"
		     "order:hold\tdoubt:1\n",
		    "status:explained\twhy-limit:one\\ntwo\twhy-route:r:1: m\t"
		    "why-srs:s\tsite:s\tvia:v\n",
		    HEAD "  state: it is in the chain of route since "
			 "2026-09-21T14:13:10Z (10s ago), past its deadline\n"
			 "  the outcome of the last attempt is unknown\n"
			 "  when it comes back: hold\n"
			 "  limit: one\n  limit: two\n  route: r:1: m\n"
			 "  srs: s\n"
			 "  goes to: site:s via:v\n"
			 "  what changes it: nothing to do: it is answered "
			 "for\n" },
		{ AT "because:site\tsite:s\troom:2\tsite-next:1790000030\t"
		     "before:7\tchain:busy\n",
		    "",
		    HEAD "  state: its site s takes no more than 2 at once "
			 "until 2026-09-21T14:13:50Z (in 30s): 7 stand before "
			 "it in its lane\n"
			 "  next attempt: 2026-09-21T14:13:50Z (in 30s)\n"
			 "  chain: it takes no questions now\n"
			 "  what changes it: a wider limit in conf/throttle, "
			 "or the site itself\n" },
		{ AT "because:start\n",
		    "status:explained\twould:bounced\ttext:no such domain\n",
		    HEAD "  state: it waits for its time\n"
			 "  it would be bounced: no such domain\n"
			 "  what changes it: queue-ctl q retry i\n" },
		{ AT "because:report\n", "",
		    HEAD "  state: it is done with; the report to its sender "
			 "is owed\n"
			 "  what changes it: nothing to do\n" },
		{ AT "because:what\n", "", HEAD NO_CHAIN },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(text(t[i].at, t[i].chain), t[i].want, t[i].at);
	return done();
}
