#ifndef QUEUE_AUDIT_H
#define QUEUE_AUDIT_H

#include "base/buf.h"
#include "base/hash.h"
#include "queue/message.h"

/*
 * The books: what the log says of each recipient against what the queue
 * says.  Feed, in this order, every event line, then every recipient of
 * every message file, then every line of the journal; then read the
 * balance.
 *
 * Memory: about AUDIT_MESSAGE_BYTES for a message and 4 bytes for each
 * recipient above AUDIT_INLINE.
 */
enum {
	AUDIT_INLINE = 4,
	AUDIT_MESSAGE_BYTES = 64,
	AUDIT_TENANTS_MAX = 65536,  /* further ones count together */
	AUDIT_LINE_BYTES = 1 << 20, /* of a log or the journal, without LF */
	/* the journal of so long may have been lost in a sudden stop: it is
	 * synced once a second, and a sync may hang */
	AUDIT_UNSYNCED_S = 10,
	/* and of the log, which nobody syncs */
	AUDIT_UNWRITTEN_S = 60,
	/* so long a sync may keep an acceptance out of the log */
	AUDIT_YOUNG_S = 10
};

/* the tenant of those that are too many */
#define AUDIT_OTHERS "(others)"

/* what becomes of the end of the log */
enum audit_queue {
	AUDIT_QUEUE_UNKNOWN, /* as the log says: DEAD without `stopped' */
	AUDIT_QUEUE_STOPPED, /* in order: nothing may lack */
	AUDIT_QUEUE_LIVE,    /* works: nothing may lack for long */
	AUDIT_QUEUE_DEAD     /* was killed: its last moments may lack */
};

/* how a file of a log ends */
enum audit_end {
	AUDIT_END_ROTATED, /* svlogd went on to another */
	AUDIT_END_BROKEN,  /* svlogd or the machine died */
	AUDIT_END_LAST     /* nothing is behind it yet */
};

enum audit_kind {
	AUDIT_LOST,        /* accepted, no end in the log, not in the queue */
	AUDIT_TWICE,       /* two ends, and nothing explains the second */
	AUDIT_UNJOURNALED, /* an end in the log, yet the queue will try it */
	AUDIT_STRAY,       /* an end for a recipient never accepted */
	AUDIT_AGAIN,       /* one id accepted twice */
	AUDIT_UNANNOUNCED, /* its acceptance is not in the log; n is nothing */
	AUDIT_HOLE,        /* the end stands in the queue alone, and nothing
			    * explains that the log lacks it */
	AUDIT_ASIDE,       /* its file was set aside; n is nothing */
	/* explained: */
	AUDIT_REPEATED, /* two ends, after doubt or a sudden stop */
	AUDIT_UNLOGGED, /* as a hole, where the log broke off */
	AUDIT_DOUBT,    /* perhaps delivered twice: an attempt in doubt */
	AUDIT_UNSYNCED, /* an end in the log shortly before a sudden stop, and
			   * the queue will try it: it may arrive twice */
	AUDIT_UNWRITTEN /* as unannounced, when something stopped suddenly or
			   * after the end of the log; n is nothing */
};
extern const char *const audit_names[];

struct audit {
	int by_tenant; /* set by who wants groups, auditgroup.h */
	struct hash messages;
	struct audit_chunk *chunks;
	struct hash tenants;
	struct audit_tenant **tenant; /* by number, from 1 */
	uint32_t n_tenants;
	unsigned stops;        /* sudden ones of queue-run, up to 255 */
	int running;           /* a started without stopped */
	int second;            /* audit_again() was called */
	int64_t now_s, last_s; /* of the last event, and that before */
	struct buf recent;     /* ends of the last AUDIT_UNSYNCED_S */
	struct buf gaps;       /* times for which acceptances may be missing */
	/* of the log that is read: the times of its events, and which
	 * programs have any in it */
	int64_t from_s, to_s;
	int has_run, has_inject;
	/* acceptances are complete from here on, and ends; 0: no such log */
	int64_t accepted_from_s, ended_from_s;
	int64_t end_s; /* of the last event of all */
	uint64_t events;
	enum audit_queue queue;
	int by_log;     /* which the log has said */
	int64_t read_s; /* when the reading began */
	/* where the log of queue-run broke off: how often, up to 255, and
	 * when it went on; and how often before the first and before the last
	 * end of the journal that the log has */
	unsigned breaks, first_break, last_break;
	struct buf went_on;
	struct buf open; /* ends the log lacks, and none behind them yet */
	int has_first;   /* first_break is known */
	int broken;      /* a file broke off, and no event since */
	int torn;        /* zeros or half a line, and no event since */
	int recv_stopped, inject_stopped; /* in order, and not yet started */
	uint64_t bad_lines; /* that look like events but are none */
	uint64_t cut_lines; /* parts of one, or zeros, where it broke off */
	uint64_t suspects;  /* such, and it is not known yet */
	int64_t suspect_s;
	uint64_t loose;    /* such, at the end of a log */
	uint64_t cut_ends; /* parts of a line at the end of a log */
};

struct audit_balance {
	/* recipients; accepted is the sum of the next six */
	uint64_t accepted, queued, sent, bounced, expired, deleted, lost;
	uint64_t doubles;     /* with more than one end */
	uint64_t unexplained; /* exceptions that nothing explains */
	uint64_t unlogged, doubt;
	uint64_t unannounced; /* messages */
	uint64_t bad_lines, cut_lines;
	uint64_t young; /* faults that may be none in a moment: ask again */
};

/* another log begins, not another file of the same */
void audit_log_begin(struct audit *);
/*
 * one line of a log, with or without LF, perhaps with the logger's time
 * before it; what is no event is passed over.  -1 with ENOMEM, else 0
 */
int audit_event(struct audit *, const char *line, size_t n);
/* a file of the log was read; left bytes stand behind its last LF */
void audit_file_end(struct audit *, enum audit_end, size_t left);
/* a recipient of a message file; -1 with ENOMEM, else 0 */
int audit_file(struct audit *, const char *id, unsigned n, enum message_state);
/* a journal line, in their order; the same */
int audit_journal(struct audit *, const char *id, unsigned n,
    enum message_state);
/* a message that was set aside; the same */
int audit_aside(struct audit *, const char *id);
/*
 * the log is read once more, because mail moved while we looked: from here
 * on audit_event() only fills in what is missing
 */
void audit_again(struct audit *);
/*
 * the log has been read for the first time, or only once: before the queue.
 * read_s: the time when its reading began
 */
void audit_log_end(struct audit *, enum audit_queue, int64_t read_s);
/*
 * the balance; found(), if not NULL, is called for each exception.  text
 * says more, "" if there is no more to say.
 */
void audit_balance(const struct audit *, struct audit_balance *,
    void (*found)(void *arg, enum audit_kind, const char *id, unsigned n,
	const char *text),
    void *arg);
void audit_free(struct audit *);

#endif
