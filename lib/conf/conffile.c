#include "conf/conffile.h"
#include "conf/conftext.h"
#include <stdlib.h>

int
conffile_read(const struct conffile *f, const char *text, size_t n,
    unsigned *lineno, const struct conffile_sink *sink)
{
	const char *p = text, *line, *fault;
	void *state = calloc(1, f->state_size + 1);
	size_t len;

	if (state == NULL)
		return -1;
	*lineno = 0;
	while (conftext_next(&p, text + n, lineno, &line, &len)) {
		fault = conftext_fault(line, len);
		if (fault != NULL)
			conffile_wrong(sink, fault);
		else
			f->line(state, line, len, *lineno, sink);
	}
	*lineno = 0;
	if (f->finish != NULL)
		f->finish(state, sink);
	free(state);
	return 0;
}
