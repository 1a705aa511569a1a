/* Macros for exported functions and C linkage. Every other header includes this one. */
#ifndef VISAVIS_EXPORT_H
#define VISAVIS_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && defined(VISAVIS_BUILDING)
#define VAV_API __declspec(dllexport)
#elif defined(_WIN32)
#define VAV_API __declspec(dllimport)
#elif defined(__GNUC__)
#define VAV_API __attribute__((visibility("default")))
#else
#define VAV_API
#endif

#ifdef __cplusplus
#define VAV_BEGIN_DECLS extern "C" {
#define VAV_END_DECLS }
#else
#define VAV_BEGIN_DECLS
#define VAV_END_DECLS
#endif

#endif
