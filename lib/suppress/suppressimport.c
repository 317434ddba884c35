#include "suppress/suppressimport.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/lines.h"
#include <errno.h>
#include <string.h>

int
suppressimport_word(struct suppressline *l, const struct suppressline *model,
    const char *p, size_t n)
{
	static const char hash[] = "sha256:";

	*l = *model;
	if (n > sizeof hash - 1 && memcmp(p, hash, sizeof hash - 1) == 0)
		return suppressline_hash(l, p + sizeof hash - 1,
		    n - (sizeof hash - 1));
	return suppressline_address(l, p, n);
}

/* act:add TAB ... */
static int
is_whole(const char *p, size_t n)
{
	return n > 4 && memcmp(p, "act:", 4) == 0;
}

static int
take(struct suppressimport *m, const char *p, size_t n)
{
	struct suppressline l;

	memset(&l, 0, sizeof l);
	if (!is_whole(p, n)) {
		if (suppressimport_word(&l, &m->model, p, n) == -1)
			return -1;
	} else if (suppressline_read_shown(&l, p, n) == -1) {
		return -1;
	} else if (l.since_s == 0) {
		l.since_s = m->model.since_s;
	}
	if (suppressline_put(&m->out, &l, m->hashed) == -1)
		needs(-1);
	m->taken++;
	return 0;
}

/* a write that fails is seen at the end: no more is done */
static void
flush(struct suppressimport *m)
{
	if (m->failed == 0 && suppresslog_append(m->log, &m->out) == -1)
		m->failed = errno;
	buf_clear(&m->out);
}

static void
on_line(void *arg, const char *p, size_t n)
{
	struct suppressimport *m = arg;

	m->line++;
	while (n > 0 && ascii_white(p[n - 1]))
		n--;
	if (m->failed || (p != NULL && (n == 0 || p[0] == '#')))
		return;
	if (p == NULL || take(m, p, n) == -1) {
		if (++m->wrong <= SUPPRESSIMPORT_TOLD)
			warn("line %llu: no address, and no line of a list",
			    (unsigned long long)m->line);
		return;
	}
	if (buf_len(&m->out) >= SUPPRESSIMPORT_WRITE)
		flush(m);
}

int
suppressimport(struct suppressimport *m)
{
	if (lines_each(0, SUPPRESSLINE_MAX - 1, on_line, m) == -1)
		return -1;
	flush(m);
	buf_free(&m->out);
	if (m->failed) {
		errno = m->failed;
		return -1;
	}
	return suppresslog_sync(m->log);
}
