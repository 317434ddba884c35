#ifndef IMPORT_METIS_H
#define IMPORT_METIS_H

#include "import/erlterm.h"
#include "import/limits.h"

/*
 * The configuration of a Metis: sections [NAME] with lines KEY: TERM, each in
 * one line.  A term may be CONSULT(FILE), the terms of another file, and
 * INCLUDE(FILE) stands for the lines of one: both are looked for among the
 * files that were added, by their names or the last part of these.
 */
enum {
	METIS_FILES_MAX = 64,
	METIS_INCLUDES_MAX = 8, /* in each other */
	METIS_LINES_MAX = 10000,
	METIS_TRIES_MAX = 32 /* max_try, as retry has intervals */
};

/* a line of a section */
struct metis_line {
	struct import_at at;
	struct slice section, key, value; /* parts of the texts */
	uint32_t term;    /* of value; 0: it is none, which was told */
	const char *file; /* that the term was read from */
};

struct metis {
	struct import *import;
	struct limits limits;
	struct erlterms terms;
	struct buf lines; /* struct metis_line */
	struct {
		const char *name;
		struct slice text;
	} file[METIS_FILES_MAX];
	unsigned files;
};

/* a file: the first is the configuration.  Name and text live until
 * metis_finish().  0, or -1: too many */
int metis_add(struct metis *, const char *name, const char *text, size_t n);
/* all of them are there; memory is freed */
void metis_finish(struct metis *);

static inline size_t
metis_lines(const struct metis *m)
{
	return buf_len(&m->lines) / sizeof(struct metis_line);
}

static inline const struct metis_line *
metis_line(const struct metis *m, size_t i)
{
	return (const struct metis_line *)(const void *)buf_data(&m->lines) + i;
}

/* its lines are read; within the module, as what follows */
void metis_read(struct metis *);
/* the term of this key in this section, NULL: there is none */
const struct erlterm *metis_get(const struct metis *, struct slice section,
    const char *key);
/* the name of a queue's pool, by that of its section; 0, or -1: too long */
int metis_pool(char out[WORD_NAME_MAX + 1], struct slice section);
/* is it a section of a queue? */
int metis_is_queue(const struct metis *, struct slice section);
/* which mail each queue gets, and from where */
void metis_queues(struct metis *);
/* how fast it sends, and when again */
void metis_limits(struct metis *);

#endif
