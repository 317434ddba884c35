#ifndef LEDGER_LEDGERCONF_H
#define LEDGER_LEDGERCONF_H

#include "base/hash.h"
#include "base/zone.h"
#include "conf/word.h"

/*
 * conf/throttle, conf-throttle(5), as who counts again reads it: by the text,
 * and by nothing of what obeys it, so that one fault is not made twice.
 */
enum {
	LEDGERCONF_LIMITS_MAX = 16, /* that count something, under one key */
	LEDGERCONF_PARTS_MAX = 15,  /* of a key */
	LEDGERCONF_VALUE_MAX = 255, /* bytes that count of a value */
	LEDGERCONF_WARM_MAX = 31,   /* amounts of a warm-up */
	LEDGERCONF_TEXT = 128       /* of a limit */
};

enum ledger_kind {
	LEDGER_CONN,
	LEDGER_RATE, /* of any unit */
	LEDGER_CAP   /* of transactions, recipients */
};
enum ledger_unit { LEDGER_TXNS, LEDGER_RCPTS, LEDGER_BYTES, LEDGER_CONNS };

/* what was seen of it, under all its keys */
struct ledger_seen {
	uint64_t keys, windows, most, bad;
	uint64_t allowed; /* of a cap, where the most was */
};

/* a cap that is another one each day */
struct ledger_warm {
	uint64_t amount[LEDGERCONF_WARM_MAX];
	unsigned n;            /* 0: it is none */
	uint64_t percent, end; /* of the day before; 0: it ends */
	int64_t first_day;     /* since 1970 */
};
#define LEDGER_NO_LIMIT UINT64_MAX

struct ledger_limit {
	enum ledger_kind kind;
	enum ledger_unit unit;
	unsigned line;     /* 0: built in */
	uint64_t n, burst; /* n of a range: the upper bound */
	uint64_t least;    /* of a range; 0: it is none */
	int64_t period_us;
	enum zone_span span;
	char zone[ZONE_NAME_MAX + 1];
	char text[LEDGERCONF_TEXT]; /* as the ledger has it */
	struct ledger_warm warm;    /* n and text are those of a day */
	struct ledger_seen seen;
	int64_t begin_s, end_s; /* of the hour or day that was asked last */
};

/* as zone_period(), and zone_date() */
typedef void ledger_turn(const char *zone, enum zone_span, int64_t at_s,
    int64_t *begin_s, int64_t *end_s);
typedef int64_t ledger_date(const char *zone, int64_t at_s);

enum ledger_match { LEDGER_EXACT, LEDGER_BELOW, LEDGER_EACH };
enum { LEDGER_LABELS = 7, LEDGER_TAG = LEDGER_LABELS };
/* site, domain, via, tenant, provider, src, user */
extern const char *const ledger_labels[LEDGER_LABELS];

struct ledger_part {
	unsigned label;
	enum ledger_match match;
	struct slice name; /* of a tag; both in lower case */
	struct slice value;
};

struct ledger_rule {
	struct hash_node node; /* by its first exact value, or by nothing */
	struct ledger_rule *next;
	struct ledger_part part[LEDGERCONF_PARTS_MAX]; /* in their order */
	unsigned n_parts;
	struct ledger_limit limit[LEDGERCONF_LIMITS_MAX];
	unsigned n_limits;
	int of_site;     /* it speaks of site, domain or provider */
	int says_conn;   /* also none */
	const char *key; /* canonical, NUL behind it */
	char text[];     /* the key as it stands there, which parts point to */
};

/* all of a file; all zero: none */
struct ledgerconf {
	struct ledger_rule *first, *last; /* in their order */
	struct hash by_value;
	uint64_t text; /* tells it from another text, as the ledger does */
	struct ledger_rule built_in; /* of a site with no conn of its own */
};

/* the built-in limit; before the first line */
void ledgerconf_open(struct ledgerconf *);
/* a line of the file: NULL, or what is wrong with it ("out of memory") */
const char *ledgerconf_line(struct ledgerconf *, const char *p, size_t n,
    unsigned line);
void ledgerconf_free(struct ledgerconf *);
/* the hash of an exact value, in lower case */
uint64_t ledgerconf_hash(unsigned label, const char *value, size_t n);
/* what stands before the value, "site:" or "tag:NAME=": the place behind it */
char *ledgerconf_label(char *at, const struct ledger_part *);

#endif
