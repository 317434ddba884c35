#ifndef THROTTLE_THROTTLE_H
#define THROTTLE_THROTTLE_H

#include "base/buf.h"
#include "base/hash.h"
#include "conf/lookup.h"
#include "conf/word.h"
#include "throttle/backoff.h"
#include "throttle/bucket.h"
#include "throttle/calendar.h"
#include "throttle/throttlekey.h"
#include "throttle/throttlewarm.h"

/*
 * conf/throttle, conf-throttle(5): one rule a line,
 *
 *	KEY LIMIT...
 *
 * KEY    * (every job), or site:X domain:X via:X tenant:X provider:X src:X
 *        user:X tag:NAME=X joined by "+", each at most once.  X: a value, "*"
 *        (any; one bucket for each value) or ".example.org" (this and all
 *        below; one bucket)
 * LIMIT  conn=N|none rate=N/PERIOD rcpt-rate=N/PERIOD byte-rate=SIZE/PERIOD,
 *        N of all but byte-rate also LEAST..MOST
 *        conn-rate=N/PERIOD burst=N cap=N/hour|day[@ZONE] rcpt-cap=N/hour|day[@ZONE]
 *        msgs-per-conn=N backoff=SECONDS[..MAX]|none shared
 *
 * The compiled table has the lines, in one canonical form, under "1" "2"
 * ..., their number under "n", the line of the file where each stands
 * under "@1" "@2" ..., and what tells its text from another under "text"; text and records are read by the same parser.  A program loads all of them: then finding what applies to a job
 * costs a few hash look-ups, however many rules there are.
 */
enum {
	THROTTLE_LINE_MAX = 4096, /* a line in canonical form */
	THROTTLE_RATES_MAX = 8,   /* rates under one key */
	THROTTLE_CAPS_MAX = 4,    /* caps under one key */
	THROTTLE_CONN_MAX = 100000,
	THROTTLE_BACKOFF_MAX_S = 86400,
	THROTTLE_BYTES_MAX_G = 1024, /* of byte-rate, and its burst: 1 TiB */
	THROTTLE_RULES_MAX = 1000000,
	THROTTLE_SHAPES_MAX = 256, /* ways in which keys speak of labels */
	/* when no rule says otherwise */
	THROTTLE_CONN_DEFAULT = 20,
	THROTTLE_BACKOFF_LEAST_S = 5,
	THROTTLE_BACKOFF_MOST_S = 60
};

#define THROTTLE_CONN_NONE UINT32_MAX /* said to be none */

/* how a rule's key speaks of a label */
enum throttle_match {
	THROTTLE_ANY, /* not at all */
	THROTTLE_EXACT,
	THROTTLE_BELOW,
	THROTTLE_EACH
};

/* what a job says; value NULL: it has no such label */
struct throttle_who {
	const char *value[THROTTLE_LABELS];
	unsigned len[THROTTLE_LABELS];
};

struct throttle_rate {
	struct bucket_limit limit;
	uint64_t n;     /* as written, of which limit.n is a fraction */
	uint32_t least; /* of a range, up to n; 0: it is none */
	char unit[16];  /* the period as written: "s", "10m" */
	unsigned line;  /* of the file, as throttle_rule has it */
	uint8_t what;   /* enum bucket_unit */
};

/* their names: rate, rcpt-rate, byte-rate, conn-rate */
extern const char *const throttle_rates[BUCKET_UNITS];

/* at most so many from one turn of the hour or day to the next */
struct throttle_cap {
	uint32_t n;
	uint8_t what; /* BUCKET_TXNS or BUCKET_RCPTS */
	uint8_t span; /* enum zone_span */
	uint8_t warm; /* n is that of a day, by the rule's warm-up: 0 until
		       * the first time it is known */
	char zone[ZONE_NAME_MAX + 1];
	struct calendar *calendar; /* once it is in a set */
	unsigned line;             /* of the file, as throttle_rule has it */
};

struct throttle_rule {
	struct hash_node node; /* by key */
	struct throttle_rule *next;
	uint32_t conn;                /* 0: no such limit; THROTTLE_CONN_NONE */
	uint32_t conn_least;          /* of a range, up to conn; 0: none */
	uint32_t msgs_per_conn;       /* 0: no such limit */
	struct backoff_range backoff; /* least_s 0: none */
	struct throttle_rate rate[THROTTLE_RATES_MAX];
	unsigned n_rates;
	struct throttle_cap cap[THROTTLE_CAPS_MAX];
	unsigned n_caps;
	struct throttle_warm warm;      /* of one of the caps */
	uint8_t match[THROTTLE_LABELS]; /* of tags: once it is in a set */
	uint8_t tag[THROTTLE_TAGS_MAX]; /* their slots, as the key has them */
	uint8_t n_tags;
	uint8_t no_backoff; /* said to be none */
	uint8_t shared;     /* with other machines, throttle-share(8) */
	uint8_t builtin;
	const struct throttle_words *words; /* in which its key is; NULL:
					     * throttle_words */
	const char *key; /* canonical: labels in their order, lower case */
	unsigned key_len;
	/* of the file; 0: not known, or it says nothing of that */
	unsigned conn_line, backoff_line;
};

/* the connections it allows; 0: as many as there are */
static inline uint32_t
throttle_conn(const struct throttle_rule *r)
{
	return r->conn == THROTTLE_CONN_NONE ? 0 : r->conn;
}

/* a cap's text, such as "cap=100/hour@UTC", into out; its length */
enum { THROTTLE_CAP_TEXT = 32 + ZONE_NAME_MAX };
int throttle_cap_text(const struct throttle_cap *, char out[THROTTLE_CAP_TEXT]);
/* a rate's text, such as "rate=20..80/s", and that of the rule's conn, into
 * out; their length */
enum { THROTTLE_RATE_TEXT = 64 };
int throttle_rate_text(const struct throttle_rate *,
    char out[THROTTLE_RATE_TEXT]);
int throttle_conn_text(const struct throttle_rule *,
    char out[THROTTLE_RATE_TEXT]);
/* do they count the same? */
static inline int
throttle_cap_same(const struct throttle_cap *a, const struct throttle_cap *b)
{
	return a->what == b->what && a->span == b->span && a->warm == b->warm &&
	    strcmp(a->zone, b->zone) == 0;
}

/* the name of what a cap counts, as in its line in the book */
static inline const char *
throttle_cap_name(const struct throttle_cap *c)
{
	return c->warm ? "warm" : throttle_rates[c->what];
}

/* all rules of a table; all zero: the built-in ones only.  The words of their
 * keys, NULL throttle_words, are set before the first */
struct throttle_rules {
	const struct throttle_words *words;
	struct hash by_key;
	struct throttle_rule *list;
	struct throttle_tags tags;
	/* which combinations of matches occur */
	uint32_t shapes[THROTTLE_SHAPES_MAX];
	unsigned n_shapes;
	struct calendar *calendars;
	unsigned n_warm;   /* of them have a warm-up, */
	int64_t warm_days; /* whose amounts are those of these days */
	uint64_t text;     /* as the table says; 0: it does not */
	unsigned n;
};

/* tells the text of a file from another: of the lines before, 0: none, and one
 * more, without blanks at its ends; a comment or an empty line is none */
static inline uint64_t
throttle_text(uint64_t before, const char *line, size_t n)
{
	return hash_bytes(before, line, n) | 1;
}

/*
 * throttle_parse - one line into a rule
 *
 * words  of its key; NULL: throttle_words
 *
 * Returns a new rule, to be freed by free(); NULL with *reason set when the
 * line is wrong, with *reason NULL when memory is out.
 */
struct throttle_rule *throttle_parse(const struct throttle_words *words,
    const char *line, size_t n, const char **reason);
/* the rule's line in canonical form, without LF; 0, or -1 with ENOMEM */
int throttle_print(struct buf *, const struct throttle_rule *);

/*
 * the tags of its key get their slots, once for each rule: NULL, or what is
 * wrong
 */
const char *throttle_number_tags(struct throttle_rule *,
    struct throttle_tags *);
/* how its key, tags numbered, speaks of all labels: two bits of enum
 * throttle_match for each */
uint32_t throttle_shape(const struct throttle_rule *);

/*
 * throttle_add - a line or record into the set
 *
 * A key that is there already gets the further limits: of several conn (of
 * ranges by the upper bound) and
 * msgs-per-conn the least, the last backoff, all rates.  0, or -1 with
 * *reason as above.
 */
int throttle_add(struct throttle_rules *, const char *line, size_t n,
    const char **reason);
/* the same of line lineno of the file */
int throttle_add_at(struct throttle_rules *, const char *line, size_t n,
    unsigned lineno, const char **reason);
/*
 * throttle_load - all rules of a compiled table
 *
 * Returns 0, or -1 with *reason as above; then some may have been added.
 */
int throttle_load(struct throttle_rules *, const struct lookup *,
    const char **reason);
void throttle_free(struct throttle_rules *);

/*
 * throttle_match - the rules that apply to a job, one call of found() each
 *
 * Built-in rules for the site (THROTTLE_CONN_DEFAULT, backoff) come
 * last, where no rule that names site or domain has such a limit.  Returns
 * 0, or what found() returned when that was not 0.
 */
int throttle_match(const struct throttle_rules *, const struct throttle_who *,
    int (*found)(void *arg, const struct throttle_rule *), void *arg);
const struct throttle_rule *throttle_find(const struct throttle_rules *,
    const char *key, size_t n);
/* labels and tags that count for any rule, as bits 1 << THROTTLE_SITE ... */
unsigned throttle_labels_used(const struct throttle_rules *);

#endif
