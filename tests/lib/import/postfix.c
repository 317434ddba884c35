/* the tables of a Postfix together: operands, and the order of what they say */
#include "import/postfix.h"
#include "imported.h"

static void
operand(const char *text, int map, enum maptable_kind kind, const char *file)
{
	struct postfix_operand o;
	const char *bad = postfix_operand(text, &o);

	if (map == -1) {
		ok(bad != NULL, text);
		return;
	}
	is_str(bad == NULL ? o.file : bad, file, text);
	is_num(o.map, map, "map");
	is_num(o.kind, kind, "kind");
}

static void
add(struct postfix *p, const char *text, const char *content)
{
	struct postfix_operand o;

	ok(postfix_operand(text, &o) == NULL, text);
	postfix_add(p, &imported, &o, content, strlen(content));
}

int
main(void)
{
	struct postfix p = { .origin = NULL };

	operand("transport=f", POSTFIX_TRANSPORT, MAPTABLE_EXACT, "f");
	operand("transport_maps=hash:/a:b", POSTFIX_TRANSPORT, MAPTABLE_EXACT,
	    "/a:b");
	operand("virtual=regexp:f", POSTFIX_VIRTUAL, MAPTABLE_REGEX, "f");
	operand("virtual_alias_maps=proxy:pcre:f", POSTFIX_VIRTUAL,
	    MAPTABLE_REGEX, "f");
	operand("aliases=hash:f", POSTFIX_ALIASES, MAPTABLE_ALIASES, "f");
	operand("relocated=/x:y", POSTFIX_RELOCATED, MAPTABLE_EXACT, "/x:y");
	operand("sender-relay=f", POSTFIX_SENDER_RELAY, MAPTABLE_EXACT, "f");
	operand("aliases=pcre:f", -1, 0, NULL);
	operand("transport=mysql:f", -1, 0, NULL);
	operand("transport=", -1, 0, NULL);
	operand("transport=hash:", -1, 0, NULL);
	operand("transports=f", -1, 0, NULL);
	operand("f", -1, 0, NULL);

	imported_begin();
	add(&p, "transport=t", "a.example discard:\n");
	add(&p, "relocated=r", "@b.example c\n");
	add(&p, "virtual=v", "@c.example @a.example\nx@a.example y@z\n");
	add(&p, "canonical=c", "x@a.example w@z\n");
	add(&p, "aliases=a", "root: x\n");
	postfix_import(&p, &imported);
	postfix_free(&p);
	imported_is(IMPORT_ROUTES,
	    "to:@c.example rewrite:@a.example|"
	    "to:@b.example reject:\"user has moved to c\"|"
	    "to:@a.example discard|",
	    "routes: what goes on, what refuses, where to");
	imported_is(IMPORT_ALIASES, "x@a.example: w@z|root: x|",
	    "aliases: canonical comes first");
	imported_left("c:0: of a message's header nothing is rewritten|"
		      "v:2: aliases cannot say this: address stands in line 3 "
		      "already: x@a.example: y@z|",
	    "and left out");
	imported_end();
	return done();
}
