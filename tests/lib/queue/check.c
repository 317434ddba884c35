/* every state that a name in a queue can be in */
#include "base/crc32c.h"
#include "queue/check.h"
#include "queue/layout.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define A "0000000000a00000000a"
#define B "0000000000b000000001"

enum { NOW = 1700000000 };

static char dir[] = "/tmp/rohrpost-check.XXXXXX";
static struct queuereader s;
static struct check c;
static struct buf found;

static void
on_found(void *arg, const char *path, enum check_state st, const char *text,
    int repaired)
{
	(void)arg;
	(void)text;
	buf_printf(&found, "%s %s%s\n", path, check_state_name(st),
	    repaired ? " repaired" : "");
}

/* a file of this age in seconds */
static void
put(const char *path, const char *p, size_t n, int age)
{
	struct timespec t[2] = { { NOW - age, 0 }, { NOW - age, 0 } };
	int fd = openat(s.root, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, p, n) != (ssize_t)n || futimens(fd, t) == -1)
		_exit(111);
	close(fd);
}

static void
run(int repair, const char *want, const char *name)
{
	memset(&c, 0, sizeof c);
	c.found = on_found;
	c.now_s = NOW;
	c.repair = repair;
	buf_clear(&found);
	is_num(check_run(&c, &s), 0, name);
	buf_putc(&found, '\0');
	is_str(buf_data(&found), want, name);
}

/* a message file with two recipients */
static void
message(struct buf *b)
{
	static const char env[] = "from a@b\nto c@d\nto e@f\n";

	buf_clear(b);
	message_format(b, env, strlen(env), 5, NULL);
	buf_puts(b, "body\n");
}

#define KEY "P 948f85cab181ee05ba1ec7faf70230e3 " A " -\n"
static const struct {
	const char *path, *text;
	size_t len; /* 0: strlen */
	int age;
	const char *want; /* and without repair the same, less the word */
} cases[] = {
	{ "mess/00/README", "", 0, 0, "mess/00/README foreign\n" },
	{ "mess/README", "", 0, 0, "mess/README foreign\n" },
	{ "README", "", 0, 0, "README foreign\n" },
	{ "held", "", 0, 0, "" },
	{ "suspended", "a\n", 0, 0, "" },
	{ "ctl", "", 0, 0, "ctl foreign\n" },
	{ "done/0000000001", "", 0, 0, "" },
	{ "done/000000001", "", 0, 0, "done/000000001 foreign\n" },
	{ "done/000000000x", "", 0, 0, "done/000000000x foreign\n" },
	{ "done/0000000001", A " 0 S\n" B " 0", 0, 0, "done cut\n" },
	{ "done/0000000001", "what?\n" A " 0 S\n", 0, 0, "done damaged\n" },
	{ "keys/lock", "", 0, 0, "" },
	{ "keys/0000000001", KEY "C\n" KEY "X\n" KEY "V\nC\n", 0, 0, "" },
	{ "keys/0000000001", KEY "C", 0, 0, "keys/0000000001 cut\n" },
	{ "keys/0000000001", "\n" KEY "x\n", 0, 0,
	    "keys/0000000001 damaged\nkeys/0000000001 damaged\n" },
	{ "keys/1", "", 0, 0, "keys/1 foreign\n" },
	{ "done/0000000001", A " 1 S\n" A " 2 S\n", 0, 0,
	    "mess/0a/" A " damaged\n" },
	{ "mess/01/" B, "", 0, CHECK_YOUNG_S - 1, "mess/01/" B " making\n" },
	{ "mess/01/" B, "", 0, CHECK_YOUNG_S,
	    "mess/01/" B " incomplete repaired\n" },
	{ "mess/01/" B, "rohrpost 1 ", 0, CHECK_YOUNG_S,
	    "mess/01/" B " incomplete repaired\n" },
	{ "mess/01/" B,
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
	    50, CHECK_YOUNG_S, "mess/01/" B " incomplete repaired\n" },
	{ "mess/01/" B,
	    "this is a text of more than forty-six bytes, but "
	    "no message\n",
	    0, CHECK_YOUNG_S, "mess/01/" B " damaged\n" },
	{ "tmp/" B, "", 0, CHECK_TMP_S - 1, "tmp/" B " making\n" },
	{ "tmp/" B, "", 0, CHECK_TMP_S, "tmp/" B " leftover repaired\n" },
	{ "tmp/x", "", 0, CHECK_TMP_S, "tmp/x foreign\n" },
};

static void
table(void)
{
	char want[128], *r;
	size_t i;

	mkdirat(s.root, "keys", 0700);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(cases[i].path, cases[i].text,
		    cases[i].len > 0 ? cases[i].len : strlen(cases[i].text),
		    cases[i].age);
		snprintf(want, sizeof want, "%s", cases[i].want);
		r = strstr(want, " repaired");
		if (r != NULL)
			strcpy(r, "\n");
		run(0, want, cases[i].path);
		run(1, cases[i].want, "with repair");
		is_num(faccessat(s.root, cases[i].path, F_OK, 0) == -1,
		    r != NULL, "removed only if it was never acknowledged");
		run(1, r != NULL ? "" : cases[i].want, "and once more");
		unlinkat(s.root, cases[i].path, 0);
		run(1, "", "clean again");
	}
}

/* with a checksum: right, wrong, and under another message's name */
static void
sums(struct buf *b, const char *path)
{
	size_t len = buf_len(b) - 1; /* a byte too many */
	char *p = buf_data(b), was[MESSAGE_SUM_DIGITS];
	uint32_t sum = message_sum_head(p, len - 5);

	memcpy(was, p + MESSAGE_SUM_AT, sizeof was);
	message_sum_put(p + MESSAGE_SUM_AT,
	    message_sum_id(crc32c(sum, p + len - 5, 5), A));
	put(path, p, len, 0);
	run(0, "", "a right checksum");
	is_num(c.count[CHECK_WAITING], 1, "it waits");
	linkat(s.root, path, s.root, "mess/01/" B, 0);
	memset(&c, 0, sizeof c);
	c.found = on_found;
	ok(check_run(&c, &s) == 0 && c.count[CHECK_DAMAGED] == 1 &&
		c.count[CHECK_LINKED] == 1,
	    "one file, two messages' names");
	unlinkat(s.root, "mess/01/" B, 0);
	p[len - 3] ^= 1;
	put(path, p, len, 0);
	run(1, "mess/0a/" A " damaged\n", "a wrong bit in the message");
	p[len - 3] ^= 1;
	p[MESSAGE_FIRST_LONG + 3] ^= 1;
	put(path, p, len, 0);
	run(1, "mess/0a/" A " damaged\n", "a wrong bit in the head");
	p[MESSAGE_FIRST_LONG + 3] ^= 1;
	mkdirat(s.root, "aside", 0700);
	renameat(s.root, path, s.root, "aside/" A);
	run(1, "aside/" A " aside\n", "set aside");
	renameat(s.root, "aside/" A, s.root, path);
	unlinkat(s.root, "aside", AT_REMOVEDIR);
	memcpy(p + MESSAGE_SUM_AT, was, sizeof was);
	put(path, p, len, 0);
}

static void
messages(void)
{
	static const char path[] = "mess/0a/" A;
	struct buf b = { 0 };
	size_t i, len;
	unsigned bad = 0;

	message(&b);
	len = buf_len(&b);
	run(0, "", "one message");
	ok(c.count[CHECK_WAITING] == 1 && c.rcpts[0] == 2 && c.bytes == len,
	    "is waiting");
	put("done/0000000001", A " 0 S\n", 25, 0);
	run(0, "", "one recipient is final");
	ok(c.count[CHECK_WAITING] == 1 && c.rcpts[0] == 1 && c.rcpts[2] == 1,
	    "still waiting");
	put("done/0000000001", A " 0 S\n" A " 1 b\n", 2 * 25, 0);
	run(0, "", "both are");
	ok(c.count[CHECK_DONE] == 1 && c.rcpts[2] == 1 && c.rcpts[3] == 1,
	    "done");
	put("done/0000000001", A " 0 R\n" A " 1 s\n", 2 * 25, 0);
	run(0, "", "sent, and a report owed of one");
	ok(c.count[CHECK_WAITING] == 1 && c.rcpts[2] == 2, "waits for it");
	unlinkat(s.root, "done/0000000001", 0);
	/* cut anywhere it was never acknowledged */
	for (i = 0; i < len; i++) {
		put(path, buf_data(&b), i, CHECK_YOUNG_S);
		memset(&c, 0, sizeof c);
		c.found = on_found;
		c.now_s = NOW;
		bad += check_run(&c, &s) != 0 || c.count[CHECK_INCOMPLETE] != 1;
	}
	is_num(bad, 0, "cut anywhere: incomplete");
	buf_putc(&b, 'x');
	put(path, buf_data(&b), len + 1, CHECK_YOUNG_S);
	run(1, "mess/0a/" A " damaged\n", "a byte too many");
	put(path, buf_data(&b), len, 0);
	put(path, buf_data(&b), len, 0);
	/* what it says is not what was written */
	sums(&b, path);
	/* elsewhere: goes home unless something is there */
	renameat(s.root, path, s.root, "mess/00/" A);
	run(0, "mess/00/" A " misplaced\n", "in another's folder");
	run(1, "mess/00/" A " misplaced repaired\n", "repaired");
	run(1, "", "is at home");
	put("mess/00/" A, buf_data(&b), len, 0);
	run(1, "mess/00/" A " misplaced\n", "its place is taken");
	unlinkat(s.root, "mess/00/" A, 0);
	linkat(s.root, path, s.root, "mess/00/" A, 0);
	run(1, "mess/00/" A " misplaced\nmess/0a/" A " linked\n",
	    "a second name");
	unlinkat(s.root, "mess/00/" A, 0);
	symlinkat("x", s.root, "mess/01/" B);
	run(1, "mess/01/" B " foreign\n", "a symbolic link");
	unlinkat(s.root, "mess/01/" B, 0);
	mkdirat(s.root, "mess/01/" B, 0700);
	run(1, "mess/01/" B " foreign\n", "a folder");
	unlinkat(s.root, "mess/01/" B, AT_REMOVEDIR);
	buf_free(&b);
}

static void
missing(void)
{
	unlinkat(s.root, "trigger", 0);
	unlinkat(s.root, "lock", 0);
	unlinkat(s.root, "mess/1v", AT_REMOVEDIR);
	unlinkat(s.root, "done", AT_REMOVEDIR);
	run(1,
	    "done missing\ntrigger missing\nlock missing\n"
	    "mess/1v missing\n",
	    "parts");
	is_num(c.count[CHECK_MISSING], 4, "counted");
	renameat(s.root, "mess", s.root, "tmp/mess");
	run(0,
	    "mess missing\ndone missing\ntrigger missing\n"
	    "lock missing\ntmp/mess foreign\n",
	    "messages, too");
}

int
main(void)
{
	const char *what;
	struct buf b = { 0 };
	int i, explained = 0;

	if (mkdtemp(dir) == NULL || layout_make(dir, &what) == -1 ||
	    queuereader_open(&s, dir) == -1)
		return 111;
	run(1, "", "an empty queue");
	is_num(c.count[CHECK_WAITING], 0, "no message");
	message(&b);
	put("mess/0a/" A, buf_data(&b), buf_len(&b), 0);
	buf_free(&b);
	table();
	messages();
	missing();
	for (i = 0; i < CHECK_STATES; i++)
		explained += check_explained(i);
	is_num(explained, CHECK_MISSING, "states that a crash explains");
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	run(1,
	    "mess missing\ndone missing\ntmp missing\ntrigger missing\n"
	    "lock missing\n",
	    "the queue is gone");
	return done();
}
