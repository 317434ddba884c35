#ifndef IMPORT_TOML_H
#define IMPORT_TOML_H

#include "conf/word.h"
#include <stdint.h>

/*
 * A file in TOML 1.0 as a tree.  Numbers, dates and the words true and false
 * are not looked into: they are texts.  A table that is opened twice goes on;
 * a key that has a value may not get another.
 */
enum {
	TOML_NODES_MAX = 100000,
	TOML_DEPTH_MAX = 16, /* arrays and tables in each other in a value */
	TOML_PATH_MAX = 16   /* keys of a path */
};

enum toml_kind {
	TOML_TABLE,
	TOML_ARRAY,
	TOML_STRING,
	TOML_BARE /* a number, a date, true, false */
};

struct toml_node {
	enum toml_kind kind;
	unsigned line;              /* where it begins */
	uint32_t first, last, next; /* children and sibling; 0: none */
	size_t key_at, key_len;     /* internal, as what follows: in bytes */
	size_t text_at, text_len;
	unsigned closed : 1; /* written as { }: nothing may come to it */
};

/* all zero at first; node 0 is the table of all */
struct toml {
	struct buf nodes, bytes;
	unsigned line;   /* of what is wrong */
	const char *why; /* NULL, or what is wrong */
};

/* 0, or -1 with line and why; ENOMEM is "out of memory" */
int toml_read(struct toml *, const char *text, size_t n);
void toml_free(struct toml *);

const struct toml_node *toml_node(const struct toml *, uint32_t);
/* valid until the next file is read */
struct slice toml_key(const struct toml *, const struct toml_node *);
struct slice toml_text(const struct toml *, const struct toml_node *);
/* the child with this key, NULL: there is none */
const struct toml_node *toml_child(const struct toml *,
    const struct toml_node *, const char *key);

/* within the module: what stands at p, up to end */
struct toml_reader {
	struct toml *t;
	const char *p, *end;
	unsigned depth;
	/* KEY.KEY... = VALUE into this table */
	int (*pair)(struct toml_reader *, uint32_t table);
};
/* -1, with why at the line that is read */
int toml_wrong(struct toml_reader *, const char *why);
/* a new last child; 0: no room, which is said */
uint32_t toml_add(struct toml_reader *, uint32_t parent, enum toml_kind,
    struct slice key);
struct toml_node *toml_at(struct toml *, uint32_t);
/* blanks; with lines, line ends and comments, too */
void toml_skip(struct toml_reader *, int lines);
/* "..." or '...', of any form that `many' allows, behind what is in bytes */
int toml_string(struct toml_reader *, int many);
/* a value for this key of this table, or in this array */
int toml_value(struct toml_reader *, uint32_t parent, struct slice key);
/* the child with this key, 0: there is none */
uint32_t toml_find(const struct toml *, uint32_t parent, struct slice key);

#endif
