/* pools that replies name, and nobody has made */
#include "confbuild/replypools.h"
#include "failure/replyfile.h"
#include "memlookup.h"
#include "route/pools.h"
#include "tap.h"

static char said[500];

static void
told(void *arg, unsigned line, const char *text)
{
	size_t n = strlen(said);

	(void)arg;
	snprintf(said + n, sizeof said - n, "%u %s\n", line, text);
}

int
main(void)
{
	struct memtable t, pools;
	struct lookup p = memtable_make(&pools, &conffile_pools, "warm\n"),
		      r = memtable_make(&t, &conffile_replies,
			  "pool=warm code:421\nsource=other code:450\n"
			  "retry=1m pool=cold code:451\n");

	is_num(replypools(&r, &p, told, NULL), 0, "pools of replies");
	is_str(said, "3 pool=: there is no pool cold\n", "what is told");
	pools.broken = 1;
	is_num(replypools(&r, &p, told, NULL), -1, "no pools can be looked at");
	t.broken = 1;
	is_num(replypools(&r, &p, told, NULL), -1, "nor replies");
	memtable_free(&t);
	memtable_free(&pools);
	r = memtable_make(&t, &conffile_replies, "");
	said[0] = '\0';
	is_num(replypools(&r, &p, told, NULL), 0, "no line names one");
	is_str(said, "", "and nothing is told");
	memtable_free(&t);
	return done();
}
