#ifndef SIGN_SIGNERSFILE_H
#define SIGN_SIGNERSFILE_H

#include "conf/conffile.h"

/*
 * The file `dkim`, conf(5): who signs what.
 *
 *   MATCH domain=D selector=S key=FILE [algorithm=...] [canon=...]
 *       [by=from|envelope] [expire=TIME] [headers=a:b] [oversign=a:b]
 *       [identity=@D] [foreign=yes]
 *
 * one signature a line; the same MATCH again adds one.  Record: key "f" or
 * "e" (from, envelope) and MATCH in lower case; data a line for each
 * signature, its values with TAB between, - for what is not given.
 */
extern const struct conffile conffile_dkim;

#endif
