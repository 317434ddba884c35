#include "route/routingsay.h"
#include <stdarg.h>
#include <stdio.h>

void
routing_say(struct routing *w, const char *file, unsigned line, const char *fmt,
    ...)
{
	char t[2 * WORD_ADDRESS_MAX + 256];
	va_list ap;

	if (w->said == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(t, sizeof t, fmt, ap);
	va_end(ap);
	w->said(w->said_arg, file, line, t);
}
