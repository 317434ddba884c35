#ifndef IMPORT_KUMO_H
#define IMPORT_KUMO_H

#include "import/limits.h"
#include "import/toml.h"

/*
 * Traffic shaping of a KumoMTA, a file in TOML: tables ["default"],
 * ["DOMAIN"] and [provider."NAME"] with limits, below them sources."NAME" with
 * other ones, and automation, which says what a reply makes it do.
 */
struct kumo {
	struct import *import;
	struct limits limits;
	unsigned any : 1; /* a limit was said, internal */
};

/* a table of limits */
struct kumo_block {
	const struct toml *toml;
	struct import_at at;
	/* what it is about: "domain:X", "provider:X", or "" for all */
	char of[WORD_DOMAIN_MAX + 16];
	const char *provider; /* a part of it, or NULL */
};

/* one file; its name lives until kumo_finish(), and a later one counts before
 * the ones before it.  0, or -1: it is none, which is told */
int kumo_read(struct kumo *, const char *file, const char *text, size_t n);
void kumo_finish(struct kumo *);

/* the part of it that is about replies: an array of tables */
void kumo_automation(struct kumo *, const struct kumo_block *,
    const struct toml_node *);

#endif
