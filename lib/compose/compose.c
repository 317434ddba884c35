#include "compose/compose.h"
#include "compose/members.h"

enum {
	/* of a template, behind those of a message */
	RECIPIENTS = LETTER_MEMBERS,
	PARTIALS,
	STRICT,
	MEMBERS
};

/* of a recipient */
static const char *const rcpt_names[] = { "to", "cc", "bcc", "tags", "metadata",
	"send-at", "expire", "priority", "key", "values" };
static const enum letter_member rcpt_members[] = { LETTER_TO, LETTER_CC,
	LETTER_BCC, LETTER_TAGS, LETTER_METADATA, LETTER_SEND_AT, LETTER_EXPIRE,
	LETTER_PRIORITY, LETTER_KEY };
enum {
	RCPT_MEMBERS = sizeof rcpt_names / sizeof *rcpt_names,
	VALUES = RCPT_MEMBERS - 1
};

/* a template */

/* does what is wrong belong to the recipient, or to all? */
static int
of_rcpt(const struct letter *l)
{
	const char *path = l->fault->path;
	size_t k, n = strcspn(path, ".[");

	for (k = 0; k < LETTER_MEMBERS; k++)
		if (strlen(letter_names[k]) == n &&
		    memcmp(path, letter_names[k], n) == 0)
			break;
	return k == LETTER_MEMBERS || l->rcpt[k] != NULL || k == LETTER_TO ||
	    (k >= LETTER_SUBJECT && k <= LETTER_HEADERS);
}

static int
read_rcpt(struct letter *l, const json_t *rcpt, const json_t **values)
{
	json_t *m[RCPT_MEMBERS];
	size_t i;

	if (members_read(rcpt, rcpt_names, RCPT_MEMBERS, m, l->fault) == -1)
		return -1;
	for (i = 0; i < VALUES; i++)
		l->rcpt[rcpt_members[i]] = m[i];
	*values = m[VALUES];
	if (*values == NULL || json_is_object(*values))
		return 0;
	composefault_say(l->fault, "no object");
	return composefault_in(l->fault, "values");
}

/* -1: the fault is the recipient's; -2: it is the template's */
static int
put_rcpt(const struct compose *c, const json_t *rcpt, struct letter *l)
{
	struct letterrender r = { .templates = &c->templates };
	int k = read_rcpt(l, rcpt, &r.values);

	if (k == 0) {
		memcpy(l->m, c->m, sizeof l->m);
		l->render = letterrender;
		l->arg = &r;
		k = letter_put(l);
		if (k == -1 && !of_rcpt(l))
			k = -2;
	}
	buf_free(&r.out);
	return k;
}

int
compose_rcpt(const struct compose *c, const json_t *rcpt, int look,
    uint64_t seed, struct buf *env, struct buf *text, struct compose_fault *f)
{
	struct letter l = { .look = look != 0,
		.env = env,
		.text = text,
		.fault = f,
		.seed = seed };

	return put_rcpt(c, rcpt, &l) == 0 ? 0 : -1;
}

/* what only a recipient says */
static int
only_rcpts(json_t *const m[LETTER_MEMBERS], struct compose_fault *f)
{
	static const enum letter_member his[] = { LETTER_TO, LETTER_CC,
		LETTER_BCC, LETTER_KEY };
	size_t i;

	for (i = 0; i < sizeof his / sizeof *his; i++)
		if (m[his[i]] != NULL) {
			composefault_say(f, "stands with each recipient");
			return composefault_in(f, letter_names[his[i]]);
		}
	return 0;
}

static int
read_template(struct compose *c, const json_t **rcpts, struct compose_fault *f)
{
	const char *names[MEMBERS];
	json_t *m[MEMBERS];

	memcpy(names, letter_names, sizeof letter_names);
	names[RECIPIENTS] = "recipients";
	names[PARTIALS] = "partials";
	names[STRICT] = "strict";
	if (members_read(c->request, names, MEMBERS, m, f) == -1)
		return -1;
	*rcpts = m[RECIPIENTS];
	memcpy(c->m, m, sizeof c->m);
	if (m[STRICT] != NULL && !json_is_boolean(m[STRICT])) {
		composefault_say(f, "neither true nor false");
		return composefault_in(f, "strict");
	}
	if (m[PARTIALS] != NULL && !json_is_object(m[PARTIALS])) {
		composefault_say(f, "no object");
		return composefault_in(f, "partials");
	}
	c->is_template = 1;
	c->templates.strict = json_is_true(m[STRICT]);
	return only_rcpts(c->m, f) == -1
	    ? -1
	    : lettertemplates_compile(&c->templates, c->m, m[PARTIALS], f);
}

/* messages */

static int
put_message(const struct compose *c, size_t i, struct letter *l)
{
	const json_t *j =
	    c->list == NULL ? c->request : json_array_get(c->list, i);

	if (members_read(j, letter_names, LETTER_MEMBERS, l->m, l->fault) == -1)
		return -1;
	return letter_put(l);
}

/* of a message, as the request has it or as it is in its list */
static int
put(const struct compose *c, size_t i, struct letter *l)
{
	int r = c->is_template ? put_rcpt(c, json_array_get(c->list, i), l)
			       : put_message(c, i, l);

	if (r == -1 && c->list != NULL) {
		composefault_at(l->fault, i);
		composefault_in(l->fault,
		    c->is_template ? "recipients" : "messages");
	}
	return r == 0 ? 0 : -1;
}

/* all of them, without bodies, which cost most */
static int
look(struct compose *c, struct compose_fault *f)
{
	struct buf env = { 0 }, text = { 0 };
	size_t i, n = compose_count(c);
	int r = 0;

	for (i = 0; r == 0 && i < n; i++) {
		struct letter l = {
			.look = 1, .env = &env, .text = &text, .fault = f
		};

		buf_clear(&env);
		buf_clear(&text);
		r = put(c, i, &l);
	}
	buf_free(&env);
	buf_free(&text);
	return r;
}

static int
open_list(struct compose *c, const json_t *list, const char *name,
    struct compose_fault *f)
{
	c->list = list;
	if (!json_is_array(list) || json_array_size(list) == 0)
		composefault_say(f, "no list, or an empty one");
	else if (json_array_size(list) > COMPOSE_MESSAGES_MAX)
		composefault_say(f, "more than 10000");
	else
		return 0;
	return composefault_in(f, name);
}

/* a list and nothing beside it */
static int
open_messages(struct compose *c, struct compose_fault *f)
{
	static const char *const names[] = { "messages" };
	json_t *list;

	if (members_read(c->request, names, 1, &list, f) == -1)
		return -1;
	return open_list(c, list, "messages", f);
}

static int
open_recipients(struct compose *c, struct compose_fault *f)
{
	const json_t *list;

	if (read_template(c, &list, f) == -1)
		return -1;
	return open_list(c, list, "recipients", f);
}

static void
begin(struct compose *c, json_t *request)
{
	uint64_t seed = c->seed;

	memset(c, 0, sizeof *c);
	c->seed = seed;
	c->request = json_incref(request);
}

int
compose_open(struct compose *c, json_t *request, struct compose_fault *f)
{
	int r = 0;

	begin(c, request);
	if (json_object_get(request, "messages") != NULL)
		r = open_messages(c, f);
	else if (json_object_get(request, "recipients") != NULL)
		r = open_recipients(c, f);
	return r == -1 ? -1 : look(c, f);
}

int
compose_template(struct compose *c, json_t *template, struct compose_fault *f)
{
	const json_t *rcpts;

	begin(c, template);
	if (read_template(c, &rcpts, f) == -1)
		return -1;
	if (rcpts == NULL)
		return 0;
	composefault_say(f, "stand elsewhere");
	return composefault_in(f, "recipients");
}

size_t
compose_count(const struct compose *c)
{
	return c->list != NULL ? json_array_size(c->list) : !c->is_template;
}

int
compose_one(const struct compose *c, size_t i, struct buf *env,
    struct buf *text, struct compose_fault *f)
{
	struct letter l = { .env = env,
		.text = text,
		.fault = f,
		.seed = c->seed + i * UINT64_C(0xd1342543de82ef95) };

	return put(c, i, &l);
}

void
compose_close(struct compose *c)
{
	lettertemplates_free(&c->templates);
	json_decref(c->request);
	c->request = NULL;
}
