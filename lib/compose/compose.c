#include "compose/compose.h"
#include "compose/letter.h"
#include "compose/members.h"

/* of a message, as the request has it or as it is in its list */
static int
put(const struct compose *c, size_t i, struct letter *l)
{
	const json_t *j =
	    c->list == NULL ? c->request : json_array_get(c->list, i);

	if (members_read(j, letter_names, LETTER_MEMBERS, l->m, l->fault) ==
		0 &&
	    letter_put(l) == 0)
		return 0;
	if (c->list == NULL)
		return -1;
	composefault_at(l->fault, i);
	return composefault_in(l->fault, "messages");
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

/* a list and nothing beside it */
static int
open_list(struct compose *c, struct compose_fault *f)
{
	static const char *const names[] = { "messages" };
	json_t *list;

	if (members_read(c->request, names, 1, &list, f) == -1)
		return -1;
	c->list = list;
	if (!json_is_array(list) || json_array_size(list) == 0)
		composefault_say(f, "no list of messages");
	else if (json_array_size(list) > COMPOSE_MESSAGES_MAX)
		composefault_say(f, "more than 10000");
	else
		return 0;
	return composefault_in(f, "messages");
}

int
compose_open(struct compose *c, json_t *request, struct compose_fault *f)
{
	c->request = json_incref(request);
	c->list = NULL;
	if (json_object_get(request, "messages") != NULL &&
	    open_list(c, f) == -1)
		return -1;
	return look(c, f);
}

size_t
compose_count(const struct compose *c)
{
	return c->list == NULL ? 1 : json_array_size(c->list);
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
	json_decref(c->request);
	c->request = NULL;
}
