#ifndef ROUTE_ROUTEFILE_H
#define ROUTE_ROUTEFILE_H

#include "conf/conffile.h"

/*
 * The file `routes`, conf(5): rules in order, one a line: conditions, then
 * actions.
 *
 * Each rule stands in one record, under the condition that tells most
 * apart, so that a table of any length costs a few look-ups a job:
 *
 *   key   a letter and what it stands for:
 *           T to:USER@DOMAIN   d to:@DOMAIN    s to:@.DOMAIN    u to:USER@
 *           F from:USER@DOMAIN e from:@DOMAIN  q from:@.DOMAIN  v from:USER@
 *           n tenant  g tag  o user  * no such condition
 *   data  the rules under this key in order, a line each: line number,
 *         conditions and actions as LABEL:VALUE, TAB between
 *         header: stands there as the tag of route/headernote.h
 *   key   "=kinds": the letters that occur
 *   key   "=pools", "=failures": the pools, and the names in failure:, that
 *         are named, "LINE NAME\n"
 *   key   "=headers": route/headernote.h
 */
extern const struct conffile conffile_routes;

enum {
	ROUTEFILE_RULES_MAX = 100000,
	ROUTEFILE_PER_CONN_MAX = 1000000 /* msgs-per-conn: */
};

#endif
