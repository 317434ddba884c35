#include "queue/intake.h"
#include "queue/layout.h"
#include "scratch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A stream of parcels whole, and the same in pieces: the same answers in
 * the same order, the same end.  The first byte says where to cut, and
 * whether the peer is trusted.  The queue stands in a temporary directory.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct intake in;
static char dir[] = "/dev/shm/fuzz-intake.XXXXXX";

struct result {
	long end; /* bytes not used, or -1 */
	unsigned n, rcpts;
	uint64_t hash, size;
};

static void
start(void)
{
	const char *what;

	if (scratch_make(dir) == -1 || layout_make(dir, &what) == -1 ||
	    intake_open(&in, dir, COMMIT_TRY) == -1)
		abort();
	in.commit.reserve_bytes = 0;
	in.size_max = 1000;
	in.rcpts_max = 3;
}

static void
collect(struct result *r)
{
	char path[NAME_PATH_LEN + 1];
	const struct intake_done *d;
	const char *t;
	unsigned i;

	for (i = 0; i < in.n_done; i++) {
		d = &in.done[i];
		r->n++;
		r->rcpts += d->rcpts;
		r->size += d->size;
		r->hash = r->hash * 31 + d->kind;
		if (d->kind == RECEIPT_TEMP)
			abort(); /* nothing failed */
		if (d->kind != RECEIPT_OK) {
			for (t = d->text; *t != '\0'; t++)
				r->hash = r->hash * 31 + *t;
			continue;
		}
		if (d->probe)
			continue; /* its file is gone already */
		name_path(path, d->id);
		if (unlinkat(in.commit.root, path, 0) == -1)
			abort();
	}
	in.commit.n = in.commit.kept = 0; /* no sync: it is not the matter */
	intake_clear(&in);
}

static struct result
run(const char *p, size_t n, size_t piece, int stranger)
{
	struct intake_stream s = { .owner = &s,
		.file.fd = -1,
		.has_uid = stranger,
		.stranger = stranger };
	struct result r = { 0 };
	size_t at = 0, have = 0;
	long used = 0;
	unsigned i;

	do {
		have = n - have > piece ? have + piece : n;
		while ((used = intake_feed(&in, &s, p + at, have - at)) > 0) {
			at += used;
			if (at > have)
				abort();
			for (i = 0; intake_full(&in) && i < 1; i++)
				collect(&r);
		}
	} while (used != -1 && have < n);
	r.end =
	    used == -1 ? -1 : (long)(n - at) + 1000 * intake_midway(&s, n - at);
	intake_end(&in, &s);
	for (i = 0; i < in.commit.kept; i++)
		close(in.commit.batch[i].fd);
	collect(&r);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result a, b;
	char *copy;

	if (size == 0)
		return 0;
	if (in.size_max == 0)
		start();
	copy = malloc(size);
	memcpy(copy, data + 1, size - 1);
	a = run(copy, size - 1, size, data[0] & 1);
	b = run(copy, size - 1, 1 + data[0] / 2, data[0] & 1);
	/* unused bytes of a large parcel's envelope may differ */
	if (a.n != b.n || a.rcpts != b.rcpts || a.hash != b.hash ||
	    a.size != b.size || (a.end == -1) != (b.end == -1))
		abort();
	free(copy);
	return 0;
}
