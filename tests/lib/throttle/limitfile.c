#include "base/clock.h"
#include "throttle/limitfile.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/limitfile.XXXXXX";
static char path[80];

static long
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == -1 ? -1 : (long)st.st_size;
}

static void
begin(struct limiter *l)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason, *line = "tenant:* rate=100/h burst=5";

	memset(l, 0, sizeof *l);
	throttle_add(&rules, line, strlen(line), &reason);
	limiter_open(l, 3);
	limiter_load(l, &rules, clock_mono_us());
}

/* how many of a tenant go, at most five in any case */
static int
go(struct limiter *l, struct limitfile *f, const char *tenant)
{
	struct throttle_who who = { { "s", "d", "v", tenant },
		{ 1, 1, 1, (unsigned)strlen(tenant) } };
	struct limiter_item item = { .jobs = 1 }, *x;
	int64_t now = clock_mono_us();
	int n;

	for (n = 0;; n++) {
		limiter_offer(l, &item, limiter_flow(l, &who, now), now);
		if ((x = limiter_pop(l)) == NULL)
			break;
		limitfile_flush(f);
		limiter_done(l, x, BACKOFF_NONE, now);
	}
	limiter_shut(l, now);
	limiter_done(l, limiter_pop(l), BACKOFF_NONE, now);
	l->shut = 0;
	return n;
}

/* what goes after another start, and an end without a word */
static int
again(const char *tenant)
{
	struct limiter l;
	struct limitfile f;
	int n;

	begin(&l);
	limitfile_open(&f, path, &l);
	n = go(&l, &f, tenant);
	if (f.lock != -1)
		close(f.lock);
	if (f.fd != -1)
		close(f.fd);
	buf_free(&f.lines);
	limiter_close(&l);
	return n;
}

static void
put(const char *bytes, size_t n, int flags)
{
	int fd = open(path, O_WRONLY | flags);

	if (fd == -1 || write(fd, bytes, n) != (ssize_t)n)
		printf("# unable to write\n");
	close(fd);
}

/* so many lines that it is written anew */
static void
rewritten(void)
{
	struct limiter l;
	struct limitfile f;
	char tenant[32];
	long most = 0;
	int i;

	begin(&l);
	limitfile_open(&f, path, &l);
	for (i = 0; i < 30000; i++) {
		snprintf(tenant, sizeof tenant, "many%d", i / 5 % 400);
		if (i / 5 % 400 == 0) {
			/* as if they had rested */
			limiter_close(&l);
			begin(&l);
			l.book = &f.lines;
		}
		go(&l, &f, tenant);
		if (size_of(path) > most)
			most = size_of(path);
	}
	printf("# %ld bytes at most\n", most);
	ok(most > 0 && most < LIMITFILE_SLACK_BYTES + (1 << 18),
	    "it does not grow for ever");
	limitfile_close(&f);
	limiter_close(&l);
}

/* the time of the wall that the file begins with */
static long long
wall_of_file(void)
{
	FILE *in = fopen(path, "r");
	char boot[64];
	long long mono, wall = -1;

	if (in == NULL ||
	    fscanf(in, "clock %63s %lld %lld", boot, &mono, &wall) != 3)
		wall = -1;
	if (in != NULL)
		fclose(in);
	return wall;
}

/* the clock is set while the file cannot be written anew */
static void
step(void)
{
	char new[96];
	struct limiter l;
	struct limitfile f;

	snprintf(new, sizeof new, "%s.new", path);
	unlink(path);
	begin(&l);
	limitfile_open(&f, path, &l);
	mkdir(new, 0700);
	f.clock.wall_us -= INT64_C(3600000000);
	is_num(go(&l, &f, "p"), 5, "a step of the clock, no room: they go");
	rmdir(new);
	/* so that only a new one has a clock */
	put("", 0, O_TRUNC);
	is_num(go(&l, &f, "q"), 5, "and room again");
	ok(clock_wall_us() - wall_of_file() < 1800000000,
	    "the file has the clock as it is now");
	limitfile_close(&f);
	limiter_close(&l);
}

int
main(void)
{
	struct limiter l;
	struct limitfile f;
	char other[96];
	int fd;

	mkdtemp(dir);
	snprintf(path, sizeof path, "%s/rates", dir);
	is_num(again("a"), 5, "a new file: the burst");
	is_num(again("a"), 0, "after a kill: nothing");
	is_num(again("b"), 5, "who was not there: all");
	put("rate\t1", 6, O_APPEND);
	is_num(again("c"), 5, "half a line at the end is no damage");
	put("\0\0\0\n", 4, O_APPEND);
	is_num(again("d"), 0, "a damaged one is");
	is_num(again("e"), 0, "also next time");
	put("", 0, O_TRUNC);
	is_num(again("f"), 0, "an empty one is, too");

	unlink(path);
	begin(&l);
	limitfile_open(&f, path, &l);
	is_num(again("a"), 0, "two at once: the second as if all had gone");
	limitfile_close(&f);
	limiter_close(&l);
	is_num(again("a"), 5, "the first has ended");

	mkdir(strcat(strcpy(other, path), ".new"), 0700);
	unlink(path);
	is_num(again("x"), 5, "one that cannot be written: they go");
	is_num(size_of(path), -1, "and it is not there");
	rmdir(other);
	rewritten();
	step();

	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (ftruncate(fd, (off_t)LIMITFILE_MAX + 1) == 0)
		is_num(again("y"), 0, "one that is too long is damaged");
	close(fd);
	unlink(path);
	unlink(strcat(strcpy(other, path), ".lock"));
	rmdir(dir);
	return done();
}
