#include "run/run.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RESULTS_KEEP = 1 << 20, /* bytes of results between looks */
	RESULTS_READ = 65536,
	PAGE = 4096
};

/* a line of a job that is still down, at that try; not a doubt of ours, which
 * has been said again */
static int
is_down(struct run *r, const char *p, size_t n, struct result *res)
{
	struct run_job *t;
	uint32_t m;

	if (result_parse(p, n, res) == -1 ||
	    (res->status == RESULT_LATER && res->doubt &&
		doubts_has(r, res->id, res->n)))
		return 0;
	m = schedule_find(&r->s, res->id);
	t = m == SCHEDULE_NONE ? NULL : jobs_find(r, m, res->n);
	return t != NULL && !t->answered &&
	    resultfile_same_try(res, r->s.rcpt[t->rcpt].tries);
}

/* a job that has left may be waited for long: that it has is written down
 * again, so that it does not keep what stands behind it */
static int
say_again(struct run *r, const char *p, size_t n)
{
	static struct buf b;

	buf_clear(&b);
	if (buf_putc(&b, '\n') == -1 || buf_put(&b, p, n) == -1)
		return -1;
	return resultfile_append(r, buf_data(&b), buf_len(&b));
}

/* r->resulttrim.bytes of whole lines in p that have all come up */
static size_t
come_up(struct run *r, const char *p, size_t n)
{
	const char *at = p, *e;
	struct result res;

	while ((e = memchr(at, '\n', p + n - at)) != NULL) {
		if (is_down(r, at, e + 1 - at, &res) &&
		    (res.status != RESULT_SENDING ||
			say_again(r, at, e + 1 - at) == -1))
			break;
		at = e + 1;
	}
	return at - p;
}

static void
look(struct run *r)
{
	static char p[RESULTS_READ];
	struct stat st;
	size_t used, n;
	ssize_t got;

	/* not what is said again meanwhile */
	if (fstat(r->resultfile.own, &st) == -1 || doubts_again(r) == -1)
		return;
	do {
		n = (size_t)(st.st_size - r->resultfile.handled) < sizeof p
		    ? (size_t)(st.st_size - r->resultfile.handled)
		    : sizeof p;
		got = pread(r->resultfile.own, p, n, r->resultfile.handled);
		used = got <= 0 ? 0 : come_up(r, p, got);
		if (used == 0 && got == (ssize_t)sizeof p &&
		    memchr(p, '\n', got) == NULL)
			used = got; /* no result is so long */
		r->resultfile.handled += used;
	} while (used > 0 && n == sizeof p);
	if (r->resultfile.handled - r->resultfile.freed < PAGE)
		return;
	/* a file system that cannot do it keeps all until there is a rest */
	if (fallocate(r->resultfile.own,
		FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
		r->resultfile.handled - r->resultfile.handled % PAGE) == 0)
		r->resultfile.freed = r->resultfile.handled;
}

void
resulttrim_seen(struct run *r, size_t n)
{
	r->resulttrim.bytes += n;
	if (r->resulttrim.bytes < RESULTS_KEEP || r->resultfile.own == -1)
		return;
	r->resulttrim.bytes = 0;
	doubts_retry(r);
	/* when no job is down nobody has anything to write */
	if (r->s.out + r->s.late > 0 || doubts_left(r))
		look(r);
	else if (ftruncate(r->resultfile.own, 0) == 0)
		r->resultfile.handled = r->resultfile.freed = 0;
	/* more comes behind what is there now */
	resultfile_keep_room(r);
}
