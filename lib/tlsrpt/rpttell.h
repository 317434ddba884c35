#ifndef TLSRPT_RPTTELL_H
#define TLSRPT_RPTTELL_H

#include "tlsrpt/rptread.h"

/* A report of somebody else as events `tls-report`, event(5).  VIOLATIONS.md:
 * TLSRPT-UNSIGNED */
enum {
	RPT_VALUE_MAX = 200, /* bytes of a stranger's words; the rest is cut */
	RPT_TOLD_MAX = 1000  /* events of one report; the rest is a number */
};

/* as rptread_json(); *left receives how many were too many to be told */
int rpttell_json(const char *p, size_t n, uint64_t *left,
    char why[RPT_FAULT_MAX]);

#endif
