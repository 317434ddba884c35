/* failures in a retry table and in rules that nothing is called */
#include "confbuild/failurecheck.h"
#include "failure/failurefile.h"
#include "memlookup.h"
#include "queue/retry.h"
#include "route/routefile.h"
#include "tap.h"

static char said[500];

static void
told(void *arg, unsigned line, const char *text)
{
	size_t n = strlen(said);

	(void)arg;
	snprintf(said + n, sizeof said - n, "%u %s\n", line, text);
}

static const struct {
	const char *retry, *classes, *said;
} cases[] = {
	{ "", "", "" },
	{ "intervals=1m\nclass:rcpt warn=1h\n", "", "" },
	{ "failure:greylisted intervals=1m\n", "", "" },
	{ "warn=1h\nfailure:greylistd intervals=1m\n", "",
	    "2 failure: no line of classes calls any so: greylistd\n" },
	{ "failure:ours intervals=1m\n", "ours soft text: our\n", "" },
	{ "failure:our intervals=1m\n", "ours soft text: our\n",
	    "1 failure: no line of classes calls any so: our\n" },
	{ "failure:a warn=1h\nfailure:b warn=1h\ndomain:x failure:a warn=1h\n",
	    "",
	    "1 failure: no line of classes calls any so: a\n"
	    "2 failure: no line of classes calls any so: b\n" },
};

/* the same in rules */
static void
routes(void)
{
	struct memtable t, classes;
	struct lookup c = memtable_make(&classes, &conffile_classes, ""),
		      r = memtable_make(&t, &conffile_routes,
			  "class:none mx\nfailure:tls,blockd mx\nmx\n");

	said[0] = '\0';
	is_num(failurecheck_routes(&r, &c, told, NULL), 0, "rules");
	is_str(said, "2 failure: no line of classes calls any so: blockd\n",
	    "what is told");
	classes.broken = 1;
	is_num(failurecheck_routes(&r, &c, told, NULL), -1,
	    "no classes can be looked at");
	t.broken = 1;
	is_num(failurecheck_routes(&r, &c, told, NULL), -1, "nor rules");
	memtable_free(&t);
	memtable_free(&classes);
}

int
main(void)
{
	struct memtable retry, classes;
	struct lookup r, c;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		r = memtable_make(&retry, &conffile_retry, cases[i].retry);
		c = memtable_make(&classes, &conffile_classes,
		    cases[i].classes);
		said[0] = '\0';
		is_num(failurecheck_retry(&r, &c, told, NULL), 0,
		    cases[i].retry);
		is_str(said, cases[i].said, "what is told");
		if (i == 3) {
			classes.broken = 1;
			is_num(failurecheck_retry(&r, &c, told, NULL), -1,
			    "no classes can be looked at");
			retry.broken = 1;
			is_num(failurecheck_retry(&r, &c, told, NULL), -1,
			    "nor a retry table");
		}
		memtable_free(&retry);
		memtable_free(&classes);
	}
	/* no table of classes: those that are shipped */
	r = memtable_make(&retry, &conffile_retry, "failure:tls warn=1h\n");
	c = (struct lookup){ lookup_none, NULL };
	said[0] = '\0';
	is_num(failurecheck_retry(&r, &c, told, NULL), 0,
	    "no table of classes");
	is_str(said, "", "is none to complain of");
	memtable_free(&retry);
	routes();
	return done();
}
