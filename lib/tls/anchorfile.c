#include "tls/anchorfile.h"
#include "base/die.h"
#include "base/fd.h"
#include "tls/certfile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct anchorfile {
	const char *path;
	struct anchors *set;
	struct certfile_version seen;
	int64_t next_ms;      /* to be looked at, monotonic */
	unsigned looked : 1;  /* seen is something */
	unsigned settled : 1; /* no need to read this version once more */
	unsigned told : 1;    /* of a fault of this version */
};

struct anchorfile *
anchorfile_new(const char *path)
{
	struct anchorfile *f = calloc(1, sizeof *f);

	if (f != NULL)
		f->path = path;
	return f;
}

void
anchorfile_free(struct anchorfile *f)
{
	if (f != NULL)
		anchors_drop(f->set);
	free(f);
}

static void
fault(struct anchorfile *f, const char *why)
{
	if (!f->told)
		warn("%s: %s%s", f->path, why,
		    f->set != NULL ? "; what was there before stays"
				   : "; no authority is known");
	f->told = 1;
}

/* what was wrong with it, NULL: nothing that forbids to use it; *passes: it may
 * be good another time */
static const char *
parse(struct anchorfile *f, const char *text, size_t n, int *passes)
{
	struct anchors_told told;
	struct anchors *set = anchors_parse(text, n, &told);

	*passes = set == NULL;
	if (set == NULL)
		return strerror(ENOMEM);
	if (told.used == 0 || (told.cut && f->set != NULL)) {
		anchors_drop(set);
		return told.used == 0 ? "no authority in it" : "damaged";
	}
	if ((told.cut || told.over > 0) && !f->told) {
		warn("%s: %s; the rest is used", f->path,
		    told.cut ? "damaged" : "more than 1000 authorities");
		f->told = 1;
	}
	anchors_drop(f->set);
	f->set = set;
	return NULL;
}

/* 1: once more this version would say the same */
static int
read_it(struct anchorfile *f)
{
	const char *why;
	int passes;
	char *text;
	size_t n;

	if (fd_slurp(f->path, ANCHORFILE_BYTES_MAX, &text, &n) == -1) {
		passes = certfile_passes(errno);
		fault(f, errno == EFBIG ? "too large" : strerror(errno));
		return !passes;
	}
	why = parse(f, text, n, &passes);
	free(text);
	if (why != NULL)
		fault(f, why);
	return !passes;
}

struct anchors *
anchorfile_current(struct anchorfile *f, int64_t mono_ms, int64_t wall_us)
{
	struct certfile_version v;
	int same;

	if (f->looked && mono_ms < f->next_ms)
		return f->set;
	f->next_ms = mono_ms + ANCHORFILE_CHECK_MS;
	certfile_look(AT_FDCWD, f->path, &v);
	same = f->looked && certfile_same(&v, &f->seen);
	if (same && f->settled)
		return f->set;
	if (!same)
		f->told = 0;
	f->seen = v;
	f->looked = 1;
	f->settled = read_it(f) && certfile_settled(&v, wall_us);
	return f->set;
}
