/* the table of reply rules of a program: the site's, the shipped one, and one
 * that cannot be read */
#include "failure/replytable.h"
#include "cdbfile.h"
#include "says.h"
#include "tap.h"

static char dir[] = "/tmp/replytable.XXXXXX";

static void
one(const void *confdir)
{
	static const char text[] = "421 4.7.0 [TSS04] deferred";
	struct failure f = { .code = 421, .class = "other" };
	struct reply_facts facts = { .text = { text, sizeof text - 1 },
		.host = { "x.yahoodns.net", 14 },
		.failure = &f };
	struct replytable t;
	struct reply r;

	replytable_open(&t, confdir);
	replytable_look(&t, &facts, &r);
	dprintf(2, "%.*s ", (int)r.does.n, r.does.p);
	replytable_look(&t, &facts, &r);
	dprintf(2, "%.*s", (int)r.does.n, r.does.p);
}

static void
is_said(const char *confdir, const char *want, const char *name)
{
	int status;

	is_str(says(one, confdir, &status), want, name);
	is_num(status, 0, "it ends well");
}

int
main(void)
{
	static const char shipped[] =
	    "backoff=5m..2h key=provider+src backoff=5m..2h key=provider+src";
	char want[400], path[64];

	ok(mkdtemp(dir) != NULL, "a folder");
	is_said(NULL, shipped, "no folder: the shipped lines");
	is_said(dir, shipped, "no table: the shipped lines");
	cdbfile(dir, &conffile_replies, "hold text: tss04\n");
	is_said(dir, "hold hold", "the site's line stands before");
	cdbfile_bytes(dir, "replies", "x", 1);
	snprintf(path, sizeof path, "%s/replies.cdb", dir);
	snprintf(want, sizeof want,
	    "rohrpost: warning: %s is damaged: the shipped reply rules "
	    "hold\n%s",
	    path, shipped);
	is_said(dir, want, "a damaged one is told once, and the shipped hold");
	unlink(path);
	rmdir(dir);
	return done();
}
