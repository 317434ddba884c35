/* what greylisting says of a parcel, by its envelope */
#include "grey/greyjudge.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct greylist_conf conf = { 300, 86400, 3000000, 2 };
static struct greyjudge g;
static char state[] = "/tmp/greyjudge.XXXXXX";

/* one parcel after the other, on one journal */
static const struct {
	int64_t now;
	const char *env, *want; /* verdict, seconds, who */
} story[] = {
	{ 1000, "client 192.0.2.1\nfrom a@b\nto c@d\n",
	    "delayed 300 192.0.2.0/24" },
	{ 1001, "client 192.0.2.1\nfrom a@b\nto c@d NOTIFY=NEVER\n",
	    "delayed 299 192.0.2.0/24" },
	{ 1300, "to c@d\nfrom a@b\nx-unknown y\nclient ::ffff:192.0.2.9\n",
	    "passed 300 192.0.2.0/24" },
	{ 1301, "client 192.0.2.1\nfrom a@b\nto c@d\n",
	    "passed 0 192.0.2.0/24" },
	{ 1301, "client 192.0.2.1\nfrom a@b\nto c@d\nto e@d\n",
	    "delayed 300 192.0.2.0/24" },
	{ 1301, "client 192.0.2.1\nfrom a@b\nto c@d\nto postmaster@d\n",
	    "passed 0 192.0.2.0/24" },
	{ 1301, "client 192.0.2.1\nfrom z@b\nto Postmaster\n",
	    "listed 0 192.0.2.0/24" },
	{ 1301, "client 192.0.2.1\nfrom z@b\nto xpostmaster@d\n",
	    "delayed 300 192.0.2.0/24" },
	{ 1301, "client 192.0.2.1\nfrom z@b\n", "listed 0 192.0.2.0/24" },
	{ 1601, "client 192.0.2.1\nfrom a@b\nto c@d\nto e@d\n",
	    "passed 300 192.0.2.0/24" },
	{ 1602, "client 192.0.2.1\nfrom new@x\nto y@z\n",
	    "known 0 192.0.2.0/24" },
	{ 1602, "origin inside\nclient 203.0.113.1\nfrom a@b\nto c@d\n",
	    "pass 0 " },
	{ 1602, "origin outside\nclient 203.0.113.1\nfrom a@b\nto c@d\n",
	    "delayed 300 203.0.113.0/24" },
	{ 1602, "from a@b\nto c@d\n", "pass 0 " },
	{ 1602, "client nowhere\nfrom a@b\nto c@d\n", "pass 0 " },
	{ 1602, "", "pass 0 " },
	{ 1602, "client 203.0.113.1\nfrom a@s.example\nto c@d\nspf pass\n",
	    "delayed 300 spf:s.example" },
	{ 1902, "client 198.51.100.1\nfrom a@S.example\nto c@d\nspf pass\n",
	    "passed 300 spf:s.example" },
	{ 1902,
	    "client 198.51.100.1\nfrom a@s.example\nto c@d\n"
	    "spf softfail\n",
	    "delayed 300 198.51.100.0/24" },
	{ 1902,
	    "client 198.51.100.1\nfrom\nhelo mx.s.example\nto c@d\n"
	    "spf pass\n",
	    "delayed 300 spf:mx.s.example" },
	{ 1902, "client 198.51.100.1\nfrom local\nto c@d\nspf pass\n",
	    "delayed 300 198.51.100.0/24" },
	{ 1902, "client 198.51.100.7\nfrom a\\tb@c\nto \"x y\"@d ORCPT=z\n",
	    "delayed 300 198.51.100.0/24" },
	{ 2202, "client 198.51.100.7\nfrom a?b@c\nto \"x y\"@d\n",
	    "passed 300 198.51.100.0/24" },
};

static const char *
judge(int64_t now, const char *text)
{
	static const char *const word[] = { "pass", "listed", "passed", "known",
		"delayed", "open" };
	static char t[256];
	struct greyjudge_verdict j;
	struct buf env = { 0 };

	buf_puts(&env, text);
	greyjudge(&g, &env, now, &j);
	snprintf(t, sizeof t, "%s %lld %.*s", word[j.what],
	    (long long)j.seconds,
	    (int)(j.what == GREYJUDGE_PASS ? 0 : j.key.who_len), j.key.text);
	buf_free(&env);
	return t;
}

static void
values(void)
{
	struct buf env = { 0 }, v = { 0 };
	const char *at = NULL;

	buf_puts(&env, "to a@b NOTIFY=NEVER\nfrom x\nto \"c d\"@e\nto\n");
	is_num(greyjudge_next(&env, "to", &at, &v), 1, "the first");
	ok(buf_len(&v) == 3 && memcmp(buf_data(&v), "a@b", 3) == 0,
	    "without parameters");
	is_num(greyjudge_next(&env, "to", &at, &v), 1, "the second");
	ok(buf_len(&v) == 7 && memcmp(buf_data(&v), "\"c d\"@e", 7) == 0,
	    "with its blank");
	is_num(greyjudge_next(&env, "to", &at, &v), 1, "the third");
	is_num(buf_len(&v), 0, "is empty");
	is_num(greyjudge_next(&env, "to", &at, &v), 0, "no more");
	at = NULL;
	is_num(greyjudge_next(&env, "none", &at, &v), 0, "none");
	buf_free(&env);
	buf_free(&v);
}

int
main(void)
{
	char path[64];
	size_t i;

	if (mkdtemp(state) == NULL)
		return 1;
	g.keys = (struct greykey_conf){ 24, 64, 0 };
	g.dir = state;
	greylist_init(&g.list, &conf, 1);
	is_num(greyfile_open(&g.journal, state, &g.list, 0), 0, "opened");
	for (i = 0; i < sizeof story / sizeof *story; i++)
		is_str(judge(story[i].now, story[i].env), story[i].want,
		    story[i].env);
	values();

	/* the journal goes, and a directory takes its name */
	snprintf(path, sizeof path, "%s/journal", state);
	unlink(path);
	mkdir(path, 0700);
	is_str(judge(2300, "client 192.0.9.1\nfrom a@b\nto c@d\n"),
	    "open 0 192.0.9.0/24", "no journal: it passes");
	is_num(g.warned, 1, "and is told");
	rmdir(path);
	is_str(judge(2300, "client 192.0.9.1\nfrom a@b\nto c@d\n"),
	    "delayed 300 192.0.9.0/24", "a journal again");
	is_num(g.warned, 0, "is told, too");
	greyfile_close(&g.journal);
	unlink(path);
	snprintf(path, sizeof path, "%s/lock", state);
	unlink(path);
	rmdir(state);
	return done();
}
