#ifndef SHIP_SHIPKEYS_H
#define SHIP_SHIPKEYS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The kinds of destinations of events, and the keys of each: one
 * table for the parser of conf/ship, for conf-build and for the links, which
 * are started as
 *
 *   PROGRAM KIND URL-OR-PATH [KEY=VALUE]...
 */
enum shipkey_type {
	SHIPKEY_TEXT,   /* anything but control bytes */
	SHIPKEY_NUMBER, /* within min..max */
	SHIPKEY_SIZE,   /* bytes, perhaps with k, M or G behind: of 1,024 */
	SHIPKEY_TIME,   /* 500ms, 30, 30s, 5m, 2h, 7d, 1w; min and max in ms */
	SHIPKEY_RANGE,  /* TIME..TIME */
	SHIPKEY_FILE,   /* a path */
	SHIPKEY_FLAG,   /* yes or no */
	SHIPKEY_CHOICE  /* one of the words */
};

enum {
	SHIPKEY_HEAD = 1,     /* log-ship's own: not handed to the link */
	SHIPKEY_REQUIRED = 2, /* the kind is nothing without it */
};

struct shipkey {
	const char *name;
	enum shipkey_type type;
	unsigned flags;
	const char *standard; /* value where none is given; NULL: none */
	uint64_t min, max;    /* of numbers, sizes and times */
	const char *words;    /* of a choice: "a b c" */
};

enum shipkeys_place {
	SHIPKEYS_URL,    /* with one of the kind's schemes */
	SHIPKEYS_PATH,   /* of a file, perhaps with strftime(3)'s names */
	SHIPKEYS_COMMAND /* for the shell */
};

struct shipkind {
	const char *name;
	const char *program; /* NULL: the place is the link's command itself */
	enum shipkeys_place place;
	const char *schemes; /* of URLs: "http https" */
	/* groups of keys, the head's among them; NULL behind the last */
	const struct shipkey *keys[6];
};

/* behind the last one name is NULL */
extern const struct shipkind shipkinds[];
const struct shipkind *shipkind_find(const char *name);

enum {
	SHIPKEYS_MAX = 64,         /* keys of a kind */
	SHIPKEYS_PLACE_MAX = 2048, /* bytes of URL, path or command */
	SHIPKEYS_VALUE_MAX = 2048  /* bytes of a value */
};

struct shipkeys {
	const struct shipkind *kind;
	const char *program; /* NULL: the place is the link's command itself */
	const char *place;
	const struct shipkey *key[SHIPKEYS_MAX]; /* all that the kind has */
	/* of each as given, else the standard, or NULL */
	const char *value[SHIPKEYS_MAX];
	unsigned n;
	char why[160]; /* what is wrong */
};

/*
 * shipkeys_parse - a destination
 *
 * kind, place  the words of that name
 * word, n      KEY=VALUE each; what *k has points into them
 *
 * Returns 0, or -1 with k->why.
 */
int shipkeys_parse(struct shipkeys *k, const char *kind, const char *place,
    char *const *word, unsigned n);

/* a key's value; NULL: none is given, or it is no key of this kind */
const char *shipkeys_text(const struct shipkeys *, const char *key);
/* a number; bytes of a size, milliseconds of a time, 1 of the flag yes, the
 * place in its words, from 0, of a choice.  0 where none is given */
uint64_t shipkeys_num(const struct shipkeys *, const char *key);
/* a range, in milliseconds */
void shipkeys_range(const struct shipkeys *, const char *key, uint64_t *min,
    uint64_t *max);
/* was the key given? */
int shipkeys_given(const struct shipkeys *, const char *key);

#endif
