#include "import/postfix.h"
#include "import/access.h"
#include "import/aliasmap.h"
#include "import/relocated.h"
#include "import/transport.h"
#include <string.h>

/* as this program and as parameters of Postfix are called; where a line is noted that is
 * none */
static const struct {
	const char *name, *parameter;
	enum import_name where;
} maps[POSTFIX_MAPS] = {
	{ "canonical", "recipient_canonical_maps", IMPORT_ALIASES },
	{ "virtual", "virtual_alias_maps", IMPORT_ALIASES },
	{ "aliases", "alias_maps", IMPORT_ALIASES },
	{ "relocated", "relocated_maps", IMPORT_ROUTES },
	{ "transport", "transport_maps", IMPORT_ROUTES },
	{ "sender-relay", "sender_dependent_relayhost_maps", IMPORT_ROUTES },
	{ "recipient-access", "check_recipient_access", IMPORT_PROHIBITED },
	{ "sender-access", "check_sender_access", IMPORT_PROHIBITED },
};

static const struct {
	const char *name;
	enum maptable_kind kind;
} types[] = { { "hash", MAPTABLE_EXACT }, { "btree", MAPTABLE_EXACT },
	{ "cdb", MAPTABLE_EXACT }, { "dbm", MAPTABLE_EXACT },
	{ "lmdb", MAPTABLE_EXACT }, { "sdbm", MAPTABLE_EXACT },
	{ "texthash", MAPTABLE_EXACT }, { "regexp", MAPTABLE_REGEX },
	{ "pcre", MAPTABLE_REGEX } };

/* NAME followed by sep; what is behind it, or NULL */
static const char *
behind(const char *text, const char *name, char sep)
{
	size_t n = strlen(name);

	return strncmp(text, name, n) == 0 && text[n] == sep ? text + n + 1
							     : NULL;
}

/* TYPE: in front of a file */
static const char *
type(const char *text, struct postfix_operand *o)
{
	const char *rest = behind(text, "proxy", ':');
	size_t i;

	text = rest != NULL ? rest : text;
	for (i = 0; i < sizeof types / sizeof *types; i++) {
		rest = behind(text, types[i].name, ':');
		if (rest == NULL)
			continue;
		if (o->kind == MAPTABLE_EXACT)
			o->kind = types[i].kind;
		else if (types[i].kind == MAPTABLE_REGEX)
			return "aliases have no expressions";
		o->file = rest;
		return NULL;
	}
	if (text[0] != '/' && text[0] != '.' && strchr(text, ':') != NULL)
		return "no type of table that is text";
	o->file = text;
	return NULL;
}

const char *
postfix_operand(const char *text, struct postfix_operand *o)
{
	const char *rest = NULL;
	int i;

	for (i = 0; i < POSTFIX_MAPS && rest == NULL; i++) {
		rest = behind(text, maps[i].name, '=');
		if (rest == NULL)
			rest = behind(text, maps[i].parameter, '=');
		o->map = (enum postfix_map)i;
	}
	if (rest == NULL)
		return "want MAP=[TYPE:]FILE, MAP one of canonical, virtual, "
		       "aliases, relocated, transport, sender-relay, "
		       "recipient-access, sender-access";
	o->kind = o->map == POSTFIX_ALIASES ? MAPTABLE_ALIASES : MAPTABLE_EXACT;
	rest = type(rest, o);
	return rest == NULL && o->file[0] == '\0' ? "no file" : rest;
}

void
postfix_add(struct postfix *p, struct import *m,
    const struct postfix_operand *o, const char *text, size_t n)
{
	const struct import_at at = { o->file, 0 };

	if (o->map == POSTFIX_CANONICAL)
		import_lefts(m, IMPORT_ALIASES, &at, "",
		    "of a message's header nothing is rewritten");
	maptable_read(&p->map[o->map], m, maps[o->map].where, o->kind, o->file,
	    text, n);
}

void
postfix_import(const struct postfix *p, struct import *m)
{
	aliasmap_virtual(m, &p->map[POSTFIX_CANONICAL], p->origin);
	aliasmap_virtual(m, &p->map[POSTFIX_VIRTUAL], p->origin);
	aliasmap_aliases(m, &p->map[POSTFIX_ALIASES]);
	relocated_import(m, &p->map[POSTFIX_RELOCATED]);
	access_import(m, &p->map[POSTFIX_RECIPIENT_ACCESS], "to:");
	access_import(m, &p->map[POSTFIX_SENDER_ACCESS], "from:");
	transport_import(m, &p->map[POSTFIX_TRANSPORT],
	    &p->map[POSTFIX_SENDER_RELAY], &p->site);
}

void
postfix_free(struct postfix *p)
{
	int i;

	for (i = 0; i < POSTFIX_MAPS; i++)
		maptable_free(&p->map[i]);
}
