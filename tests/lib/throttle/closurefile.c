/* what is closed, in its file: when it is written, and how long it may be */
#include "throttle/closurefile.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/die.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/closurefile.XXXXXX";
static char state[80], path[90], words[90];

static long
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == -1 ? -1 : (long)st.st_size;
}

/* one key is closed for an hour */
static void
shut(struct closures *c, const char *site)
{
	const struct replyact act = { .least_s = 3600, .most_s = 3600 };
	const struct closures_who who = { .site = { site, strlen(site) } };
	const struct closures_said said = { { "450", 3 }, { "", 0 },
		{ "mx", 2 }, { "no", 2 } };
	int64_t now = clock_mono_us();

	closures_close(c, &act, "replies:1", &who, &said, now, now);
}

/* what was said on descriptor 2, in lines */
static int
said(void)
{
	char *p;
	size_t n, i;
	int lines = 0;

	if (fd_slurp(words, 4096, &p, &n) == -1)
		return -1;
	for (i = 0; i < n; i++)
		lines += p[i] == '\n';
	free(p);
	return lines;
}

static void
written(void)
{
	struct closures c = { .seed = 1 }, again = { .seed = 2 };
	struct closurefile f, g;

	is_num(closurefile_open(&f, state, &c), 0, "without a file");
	is_num(said(), 0, "which is no trouble");
	ok(closurefile_due(&f) == INT64_MAX, "nothing is due");
	closurefile_flush(&f, &c, 0);
	is_num(size_of(path), -1, "and nothing written");
	shut(&c, "a");
	f.dirty = 1;
	f.written_ms = clock_mono_ms() - CLOSUREFILE_MS;
	closurefile_flush(&f, &c, 0);
	ok(size_of(path) > 0 && !f.dirty, "after CLOSUREFILE_MS it is");
	unlink(path);
	shut(&c, "b");
	f.dirty = 1;
	f.written_ms = clock_mono_ms() + 60000 - CLOSUREFILE_MS;
	closurefile_flush(&f, &c, 0);
	ok(size_of(path) == -1 && f.dirty, "not before");
	is_num(closurefile_due(&f), (f.written_ms + CLOSUREFILE_MS) * 1000,
	    "then it is due");
	closurefile_flush(&f, &c, 1);
	ok(size_of(path) > 0, "at the end at once");
	is_num(closurefile_open(&g, state, &again), 0, "another reads it");
	is_num((long)again.by_key.n, 2, "and knows both");
	closures_free(&c);
	closures_free(&again);
}

static void
lengths(void)
{
	struct closures c = { .seed = 1 };
	struct closurefile f;
	int before = said();

	truncate(path, CLOSUREFILE_MAX);
	closurefile_open(&f, state, &c);
	is_num((long)c.by_key.n, 2, "a file as long as it may be is read");
	is_num(said(), before, "what has no LF yet is no line");
	closures_free(&c);
	truncate(path, CLOSUREFILE_MAX + 1);
	closurefile_open(&f, state, &c);
	is_num((long)c.by_key.n, 0, "a longer one is not");
	is_num(said(), before + 1, "which is told");
}

static void
trouble(void)
{
	struct closures c = { .seed = 1 };
	struct closurefile f;
	int before;

	unlink(path);
	closurefile_open(&f, state, &c);
	free(f.fresh);
	f.fresh = strdup("/nonexistent/x");
	before = said();
	f.dirty = 1;
	closurefile_flush(&f, &c, 1);
	is_num(said(), before + 1, "it cannot be written");
	f.dirty = 1;
	closurefile_flush(&f, &c, 1);
	is_num(said(), before + 1, "which is told once");
	f.said_ms = clock_mono_ms() - CLOSUREFILE_SAY_MS;
	f.dirty = 1;
	closurefile_flush(&f, &c, 1);
	is_num(said(), before + 2, "and again after a minute");
}

int
main(void)
{
	int fd;

	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(state, sizeof state, "%s/state", dir);
	snprintf(path, sizeof path, "%s.closed", state);
	snprintf(words, sizeof words, "%s/words", dir);
	fd = open(words, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd == -1 || dup2(fd, 2) == -1)
		return 111;
	written();
	lengths();
	trouble();
	unlink(path);
	unlink(words);
	rmdir(dir);
	return done();
}
