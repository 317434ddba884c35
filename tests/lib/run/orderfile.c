/* orders that stand, as they are kept */
#include "runorder.h"
#include "runqueue.h"
#include "tap.h"
#include <errno.h>

static void
put(struct runqueue *q, const char *name, const char *text)
{
	int fd = openat(q->r.qfd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || fd_write_all(fd, text, strlen(text)) == -1)
		exit(111);
	close(fd);
}

static const char *
file(struct runqueue *q)
{
	static char t[4096];
	int fd = openat(q->r.qfd, "orders", O_RDONLY);
	ssize_t n = fd == -1 ? 0 : fd_read_all(fd, t, sizeof t - 1);

	if (fd != -1)
		close(fd);
	t[n] = '\0';
	return t;
}

static void
forget(struct runqueue *q)
{
	while (q->r.orders.n > 0)
		orderfile_free(q->r.orders.one[--q->r.orders.n]);
	q->r.orders.last = q->r.orders.slot = 0;
}

/* in a process of its own, which may give up: how many, or its status */
static int
apart(struct runqueue *q)
{
	int st;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		forget(q);
		orderfile_load(&q->r);
		_exit(q->r.orders.n > 100 ? 100 : (int)q->r.orders.n);
	}
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static const char kept[] =
    "last:7\n"
    "cmd:suspend\tsel:domain\targ:b.example\tfor:60\treason:a\\tb\tnumber:3\t"
    "since:1790000000.123\tuntil:1790000060\tby:5\tuser:ann\n"
    "cmd:rebind\tsel:id\targ:0123456789abcdefgh00\tsel:not:from\targ:\t"
    "set-pool:p\tset-tag:x\tnumber:7\tsince:1790000001.000\tby:0\tuser:\n";

static void
as_they_were(struct runqueue *q)
{
	const struct order *o;

	put(q, "orders", kept);
	put(q, "suspended", "old.example\n");
	orderfile_load(&q->r);
	is_num(q->r.orders.n, 2, "read");
	is_num((int)q->r.orders.last, 7, "the last number");
	o = q->r.orders.one[0];
	ok(o->number == 3 && o->since_ms == 1790000000123 && o->by == 5 &&
		strcmp(o->user, "ann") == 0 && o->until_s == 1790000060 &&
		o->req.with.reason.n == 3 && o->slot == 1,
	    "with all that was said");
	ok(o->domain == nametable_hash("b.example", 9) && !o->head && !o->below,
	    "of one domain");
	o = q->r.orders.one[1];
	ok(o->head && o->domain == 0 && o->slot == 2, "heads are needed");
	is_num(orderfile_store(&q->r), 0, "written");
	is_str(file(q), kept, "as it was");
	ok(faccessat(q->r.qfd, "suspended", F_OK, 0) == -1,
	    "what was before it is gone");
	ok(faccessat(q->r.qfd, "orders.new", F_OK, 0) == -1, "nothing is left");
	mkdirat(q->r.qfd, "orders.new", 0700);
	is_num(orderfile_store(&q->r), -1, "it cannot be written");
	unlinkat(q->r.qfd, "orders.new", AT_REMOVEDIR);
	forget(q);
}

/* of a version before: domains */
static void
before(struct runqueue *q)
{
	char longest[JOBHEAD_DOMAIN_MAX + 3];

	unlinkat(q->r.qfd, "orders", 0);
	put(q, "suspended", "a.example\n\nb.example");
	orderfile_load(&q->r);
	is_num(q->r.orders.n, 2, "a domain each");
	is_num((int)q->r.orders.one[1]->number, 2, "numbered");
	is_str(q->r.orders.one[1]->req.sel.by[0].value, "b.example", "is it");
	forget(q);
	memset(longest, 'a', sizeof longest);
	longest[JOBHEAD_DOMAIN_MAX] = '\0';
	put(q, "suspended", longest);
	is_num(apart(q), 1, "as long as may be");
	longest[JOBHEAD_DOMAIN_MAX] = 'a';
	longest[JOBHEAD_DOMAIN_MAX + 1] = '\0';
	put(q, "suspended", longest);
	is_num(apart(q), 0, "longer than any domain");
	unlinkat(q->r.qfd, "suspended", 0);
	is_num(apart(q), 0, "no file");
}

/* mail that somebody has stopped does not go because a line is damaged */
static void
damaged(struct runqueue *q)
{
	static const char *const bad[] = { "cmd:suspend\tsel:domain\n",
		"cmd:suspend\tsel:domain\targ:x\tsince:1\n",
		"cmd:suspend\tsel:domain\targ:x\tnumber:1\n",
		"cmd:hold\tsel:all\tnumber:1\tsince:1\n", "a.example\n", "\n" };
	struct buf b = { 0 };
	unsigned i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		put(q, "orders", bad[i]);
		is_num(apart(q), 111, bad[i]);
	}
	for (i = 0; i < ORDERS_MAX + 1; i++) {
		buf_printf(&b,
		    "cmd:suspend\tsel:domain\targ:d%u\tnumber:%u\tsince:1\n", i,
		    i + 1);
		if (i < ORDERS_MAX - 1)
			continue;
		buf_putc(&b, '\0');
		b.end--;
		put(q, "orders", buf_data(&b));
		is_num(apart(q), i == ORDERS_MAX ? 111 : 100,
		    i == ORDERS_MAX ? "one too many" : "as many as may be");
	}
	unlinkat(q->r.qfd, "orders", 0);
	mkdirat(q->r.qfd, "orders", 0700);
	is_num(apart(q), 111, "a folder in its place");
	unlinkat(q->r.qfd, "orders", AT_REMOVEDIR);
	buf_free(&b);
	errno = 0;
	ok(orderfile_line("x:1\n", 4) == NULL && errno == EINVAL, "no order");
}

int
main(int argc, char **argv)
{
	static struct runqueue q;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	as_they_were(&q);
	before(&q);
	damaged(&q);
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
