#include "import/metis.h"

/* those of a queue, and of a server, of which something is made */
static int
is_known(const struct metis *m, const struct metis_line *l)
{
	static const char *const queue[] = { "ip", "relay_from", "relay_to",
		"aliases", "smartrelay_host", "max_try", "aging_basis",
		"domain_control", NULL };
	size_t i = 0;

	if (word_is(l->key, "reroute"))
		return 1;
	while (queue[i] != NULL && !word_is(l->key, queue[i]))
		i++;
	return queue[i] != NULL && metis_is_queue(m, l->section);
}

void
metis_finish(struct metis *m)
{
	const struct metis_line *l;
	size_t i;

	metis_read(m);
	for (i = 0; i < metis_lines(m) && !m->import->broken; i++) {
		l = metis_line(m, i);
		if (!is_known(m, l))
			import_left(m->import, IMPORT_ROUTES, &l->at, l->key,
			    "no file of ours says this");
	}
	if (!m->import->broken) {
		metis_queues(m);
		metis_limits(m);
	}
	buf_free(&m->limits.list);
	buf_free(&m->lines);
	erlterm_free(&m->terms);
}
