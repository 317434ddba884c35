#include "ship/shipplaces.h"
#include <stdlib.h>
#include <string.h>

/* the places of all logs into a copy */
static int
copy(struct cursor **to, unsigned *n, const struct logsources *l)
{
	struct cursor *c = realloc(*to, (l->n + 1) * sizeof *c);
	unsigned i;

	if (c == NULL)
		return -1;
	*to = c;
	for (i = 0; i < l->n; i++)
		c[i] = l->s[i]->c;
	*n = l->n;
	return 0;
}

int
shipplaces_fly(struct shipplaces *p, const struct logsources *l)
{
	return copy(&p->flying, &p->n_flying, l);
}

void
shipplaces_landed(struct shipplaces *p)
{
	struct cursor *c = p->taken;

	p->taken = p->flying;
	p->n_taken = p->n_flying;
	p->flying = c;
	p->n_flying = 0;
}

int
shipplaces_read(struct shipplaces *p, const struct logsources *l)
{
	return copy(&p->taken, &p->n_taken, l);
}

int
shipplaces_put(const struct shipplaces *p, struct buf *out)
{
	struct cursor c;
	unsigned i;

	for (i = 0; i < p->n_taken; i++) {
		c = p->taken[i];
		c.n.taken = c.n.events - c.n.filtered - c.n.dead;
		if (cursor_put(out, &c) == -1)
			return -1;
	}
	return cursor_end(out);
}

/* where a log stands in the places; l->n: nowhere */
static unsigned
place_of(const struct logsources *l, const struct logsource *log)
{
	unsigned i;

	for (i = 0; i < l->n && l->s[i] != log; i++)
		;
	return i;
}

void
shipplaces_refused(struct shipplaces *p, const struct logsources *l,
    const char *event, size_t n)
{
	static const char label[] = "\tsrc:";
	const char *src = memmem(event, n, label, sizeof label - 1), *end;
	struct logsource *log;
	unsigned i;

	if (src == NULL)
		return;
	src += sizeof label - 1;
	end = memchr(src, '\t', (size_t)(event + n - src));
	log = end == NULL ? NULL : logsources_find(l, src, (size_t)(end - src));
	if (log == NULL)
		return;
	i = place_of(l, log);
	if (i < p->n_flying) {
		log->c.n.dead++;
		p->flying[i].n.dead++;
	}
}

static void
gone(struct cursor *c, const struct logfiles_one *one)
{
	struct cursor_at *at = &c->at;
	int here = one->name[0] != '\0'
	    ? strcmp(at->name, one->name) == 0
	    : at->name[0] == '\0' && at->ino != 0 && at->ino == one->ino;

	c->n.lost++;
	logfiles_forget(&at->files, one->name);
	if (here)
		cursor_no_place(at);
}

void
shipplaces_gone(struct shipplaces *p, const struct logsources *l,
    const struct logsource *log, const struct logfiles_one *one)
{
	unsigned i = place_of(l, log);

	if (i < p->n_taken)
		gone(p->taken + i, one);
	if (i < p->n_flying)
		gone(p->flying + i, one);
}

/* a place in the file that is read, while it was `current`: by its name it is
 * known after a new start, too, when it is not there any more */
static void
noted(struct cursor_at *at, const struct cursor_at *read)
{
	int i;

	logfiles_learn(&at->files, &read->files);
	if (at->name[0] != '\0' || at->ino == 0 || at->ino != read->ino ||
	    read->name[0] == '\0')
		return;
	/* an inode may be that of a later file */
	if (at->head_len > 0 && strcmp(at->head, read->head) != 0)
		return;
	i = logfiles_find(&at->files, read->name);
	if (i == -1)
		return;
	logfiles_first(&at->files, (unsigned)i);
	memcpy(at->name, read->name, sizeof at->name);
}

int
shipplaces_noted(struct shipplaces *p, const struct logsources *l,
    const struct logsource *log)
{
	unsigned i = place_of(l, log);

	if (i < p->n_flying)
		noted(&p->flying[i].at, &log->c.at);
	if (i >= p->n_taken)
		return 0;
	noted(&p->taken[i].at, &log->c.at);
	return 1;
}

void
shipplaces_free(struct shipplaces *p)
{
	free(p->flying);
	free(p->taken);
	memset(p, 0, sizeof *p);
}
