package io.streambed.testkit.store;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test that runs once with each of {@link SampleTypes#mutable()}. */
@ParameterizedTest(name = "{0}")
@MethodSource("io.streambed.testkit.store.SampleTypes#mutable")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface MutableTypes {}
