#ifndef THROTTLE_THROTTLE_H
#define THROTTLE_THROTTLE_H

#include "base/buf.h"
#include "base/hash.h"
#include "conf/lookup.h"
#include "conf/word.h"
#include "throttle/backoff.h"
#include "throttle/bucket.h"

/*
 * conf/throttle, conf-throttle(5): one rule a line,
 *
 *	KEY LIMIT...
 *
 * KEY    * (every job), or site:X domain:X via:X tenant:X joined by "+",
 *        each at most once.  X: a value, "*" (any; one bucket for each
 *        value) or ".example.org" (this and all below; one bucket)
 * LIMIT  conn=N rate=N/PERIOD rcpt-rate=N/PERIOD burst=N msgs-per-conn=N
 *        backoff=SECONDS[..MAX]
 *
 * The compiled table has the lines, in one canonical form, under "1" "2"
 * ..., and their number under "n"; text and records are read by the same
 * parser.  A program loads all of them: then finding what applies to a job
 * costs a few hash look-ups, however many rules there are.
 */
enum {
	THROTTLE_VALUE_MAX = 255, /* bytes of X, and of a value in a job */
	THROTTLE_LINE_MAX = 4096, /* a line in canonical form */
	THROTTLE_RATES_MAX = 8,   /* rates under one key */
	THROTTLE_CONN_MAX = 100000,
	THROTTLE_BACKOFF_MAX_S = 86400,
	THROTTLE_RULES_MAX = 1000000,
	/* when no rule says otherwise */
	THROTTLE_CONN_DEFAULT = 20,
	THROTTLE_BACKOFF_LEAST_S = 5,
	THROTTLE_BACKOFF_MOST_S = 60
};

enum throttle_label {
	THROTTLE_SITE,
	THROTTLE_DOMAIN,
	THROTTLE_VIA,
	THROTTLE_TENANT,
	THROTTLE_LABELS
};
extern const char *const throttle_labels[THROTTLE_LABELS];

/*
 * the canonical key into out: labels in their order, "+" between, lower
 * case; p NULL: not spoken of.  Returns its length.
 */
enum { THROTTLE_KEY_MAX = THROTTLE_LABELS * (THROTTLE_VALUE_MAX + 8) };
size_t throttle_key(char *out, const struct slice values[THROTTLE_LABELS]);

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
	char unit[16]; /* the period as written: "s", "10m" */
	uint8_t rcpts; /* counts recipients, not transactions */
};

struct throttle_rule {
	struct hash_node node; /* by key */
	struct throttle_rule *next;
	uint32_t conn;                /* 0: no such limit */
	uint32_t msgs_per_conn;       /* 0: no such limit */
	struct backoff_range backoff; /* least_s 0: none */
	struct throttle_rate rate[THROTTLE_RATES_MAX];
	unsigned n_rates;
	uint8_t match[THROTTLE_LABELS];
	uint8_t builtin;
	const char *key; /* canonical: labels in their order, lower case */
	unsigned key_len;
};

/* all rules of a table; all zero: the built-in ones only */
struct throttle_rules {
	struct hash by_key;
	struct throttle_rule *list;
	uint8_t shapes[256]; /* which combinations of matches occur */
	unsigned n_shapes;
	unsigned n;
};

/*
 * throttle_parse - one line into a rule
 *
 * Returns a new rule, to be freed by free(); NULL with *reason set when the
 * line is wrong, with *reason NULL when memory is out.
 */
struct throttle_rule *throttle_parse(const char *line, size_t n,
    const char **reason);
/* the rule's line in canonical form, without LF; 0, or -1 with ENOMEM */
int throttle_print(struct buf *, const struct throttle_rule *);

/*
 * throttle_add - a line or record into the set
 *
 * A key that is there already gets the further limits: of several conn and
 * msgs-per-conn the least, the last backoff, all rates.  0, or -1 with
 * *reason as above.
 */
int throttle_add(struct throttle_rules *, const char *line, size_t n,
    const char **reason);
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
/* labels that count for any rule, as bits 1 << THROTTLE_SITE ... */
unsigned throttle_labels_used(const struct throttle_rules *);

#endif
