#ifndef SHIP_LOGSOURCE_H
#define SHIP_LOGSOURCE_H

#include "base/buf.h"
#include "base/logfolder.h"
#include "ship/cursor.h"
#include "ship/eventline.h"

/*
 * One log as svlogd(8) keeps it, read line by line from a place that outlives
 * what happens to its files: `current` gets a name, a processor compresses it,
 * svlogd removes the oldest.  What was removed before it was read is counted in
 * c.n.lost, and said.
 */
struct logsource {
	char *path;      /* the folder */
	struct cursor c; /* the place behind the last line taken */
	int64_t line_us; /* the line that is there: its time, -1: none */
	int64_t seen_ms; /* and since when it is there, clock_mono_ms() */
	const char *line;
	size_t line_len;
	/* a whole file is behind us, and c says so; may be NULL */
	void (*finished)(void *arg, const struct cursor *);
	/* a file that waited, or one that was `current` and has no name (""), is
	 * gone, far behind the place; may be NULL */
	void (*gone)(void *arg, const struct logsource *,
	    const struct logfiles_one *);
	/* files have come, or gone, and c has them; may be NULL */
	void (*noted)(void *arg, const struct logsource *);
	void *arg;
	/* the rest is of logsource.c, logopen.c and lognote.c */
	struct logfile file;            /* fd -1: none is open */
	char name[CURSOR_FILE_LEN + 1]; /* empty: it is `current` */
	struct buf in;
	size_t looked;        /* bytes of it in which there is no LF */
	uint64_t skip;        /* bytes to read that were taken before */
	int troubled;         /* an errno that has been said */
	uint64_t current_ino; /* of `current`, when it was looked at; 0 */
	unsigned at_end : 1, again : 1, last : 1, rest : 1;
	unsigned unlisted : 1; /* there may be other files than were seen */
};

enum { LOGSOURCE_READ = 65536 /* bytes asked for at a time */ };

/* root, name: of the folder; c->src is set.  0, or -1 with ENOMEM */
int logsource_init(struct logsource *, const char *root, const char *name);
/*
 * logsource_line - the next line, without its LF
 *
 * Returns 1, and it is s->line and stays until logsource_taken(); 0, there is
 * none now; -1: it could not be read, which was said.  A line that is longer
 * than EVENTLINE_MAX comes cut.
 */
int logsource_line(struct logsource *);
/* the place goes on behind it */
void logsource_taken(struct logsource *);
/* there may be more in it; files: and other files */
void logsource_look(struct logsource *, int files);
/* which files are there?  What is gone is noticed, however much there is to be
 * read before.  1: something has changed, 0 */
int logsource_list(struct logsource *);
/* go to the end of what is there now.  0, or -1 with errno */
int logsource_to_end(struct logsource *);
/* bytes in files, as they lie there, behind a place; -1 with errno */
int64_t logsource_behind(const char *path, const struct cursor_at *);
void logsource_close(struct logsource *);

#endif
