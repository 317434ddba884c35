#ifndef THROTTLE_THROTTLEKEY_H
#define THROTTLE_THROTTLEKEY_H

#include "conf/word.h"
#include <stdint.h>

/*
 * The KEY of a rule, conf-throttle(5): "*", or parts with "+" between, each a
 * label with its value, or "tag:NAME=" with one.
 *
 * A rule speaks of the labels that every job may have, and of tags by the names
 * that the rules of a table use: each such name has a slot behind the labels.
 */
enum {
	THROTTLE_VALUE_MAX = 255, /* bytes of X, and of a value in a job */
	THROTTLE_TAG_MAX = 63,    /* bytes of the name of a tag */
	THROTTLE_TAGS_MAX = 8     /* names of tags in all rules */
};

enum throttle_label {
	THROTTLE_SITE,
	THROTTLE_DOMAIN,
	THROTTLE_VIA,
	THROTTLE_TENANT,
	THROTTLE_PROVIDER,
	THROTTLE_SRC,
	THROTTLE_USER,
	THROTTLE_TAG, /* the first slot of a tag */
	THROTTLE_LABELS = THROTTLE_TAG + THROTTLE_TAGS_MAX
};
/* the names of those before THROTTLE_TAG */
extern const char *const throttle_labels[THROTTLE_TAG];

/*
 * By which names keys speak of them.  Limits on what comes in, accept/acceptrule.h,
 * have others, and so the same rules, counts and books as those on what goes out.
 */
struct throttle_words {
	const char *const *label; /* THROTTLE_TAG of them; NULL: there is no
				   * such word */
	const char *fault;        /* what is said of another */
	const char *file;         /* in conf/, where the rules stand */
	unsigned tags : 1;        /* may a key speak of tags? */
};
/* those of conf/throttle */
extern const struct throttle_words throttle_words;

/* the names of tags, lower case; tag i has the slot THROTTLE_TAG + i */
struct throttle_tags {
	char name[THROTTLE_TAGS_MAX][THROTTLE_TAG_MAX + 1];
	uint8_t order[THROTTLE_TAGS_MAX]; /* of the names, sorted */
	unsigned n;
};

/* a part of a key as it stands there, or in a canonical one */
struct throttle_part {
	unsigned label;    /* THROTTLE_TAG: of a tag */
	struct slice name; /* of the tag */
	struct slice value;
};

struct throttle_parts {
	const struct throttle_words *words; /* NULL: throttle_words */
	struct throttle_part part[THROTTLE_LABELS];
	unsigned n; /* 0: of all jobs */
};

/* bytes of a canonical key, or of one with the values of a job */
enum {
	THROTTLE_KEY_MAX = THROTTLE_TAG * (THROTTLE_VALUE_MAX + 10) +
	    THROTTLE_TAGS_MAX * (THROTTLE_VALUE_MAX + THROTTLE_TAG_MAX + 6)
};

/* the parts of a key in the words that are set there, in the canonical order:
 * that of enum throttle_label, then tags by their names.  NULL, or what is wrong */
const char *throttlekey_parse(const struct slice *key, struct throttle_parts *);
/* the canonical key, in lower case; returns its length */
size_t throttlekey_print(char out[THROTTLE_KEY_MAX],
    const struct throttle_parts *);
/* the slot of a tag's name, which is added if it is new; -1: there are
 * THROTTLE_TAGS_MAX others */
int throttlekey_slot(struct throttle_tags *, struct slice name);
/* the slot of a tag as a job has it, NAME=VALUE, and where its value begins; -1:
 * no rule speaks of it */
int throttlekey_find(const struct throttle_tags *, const char *p, size_t n,
    size_t *value);

#endif
