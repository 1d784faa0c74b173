using System.Runtime.CompilerServices;

namespace Bellman.Environments.Physics2D;

internal sealed partial class Island
{
    private Pin[] pins = new Pin[4];

    private static bool SameBits(float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);

    private void LoadJoints(World world, float duration)
    {
        for (var i = 0; i < jointCount; i++)
        {
            pins[i].Load(world, ref world.Joints[joints[i]], states, duration);
        }
    }

    private void StoreJoints(World world)
    {
        for (var i = 0; i < jointCount; i++)
        {
            ref var joint = ref world.Joints[joints[i]];
            joint.PinImpulse = new Vector2D(pins[i].ImpulseX, pins[i].ImpulseY);
            (joint.LimitImpulse, joint.MotorImpulse) = (pins[i].LimitImpulse, pins[i].MotorImpulse);
        }
    }

    private bool SweepJoints()
    {
        var changed = false;
        for (var i = 0; i < jointCount; i++)
        {
            changed |= pins[i].Solve(states);
        }

        return changed;
    }

    private bool CorrectJoints()
    {
        var solved = true;
        for (var i = 0; i < jointCount; i++)
        {
            solved &= pins[i].Correct(states);
        }

        return solved;
    }

    /// <summary>A revolute joint while it is solved.</summary>
    private struct Pin
    {
        public float ImpulseX;
        public float ImpulseY;
        public float LimitImpulse;
        public float MotorImpulse;

        private int indexA;
        private int indexB;
        private Vector2D leverA;
        private Vector2D leverB;
        private float massA;
        private float massB;
        private float inertiaA;
        private float inertiaB;
        private float motorMass;
        private float motorSpeed;
        private float maxMotorImpulse;
        private LimitState limit;
        private bool hasMotor;

        // The symmetric matrix of the pin (11, 12, 22) and the limit (13, 23, 33), with its determinants' inverses and products that solving needs.
        private float k11;
        private float k12;
        private float k22;
        private float k13;
        private float k23;
        private float k33;
        private float inverse22;
        private float inverse33;
        private float crossX;
        private float crossY;
        private float crossZ;

        private Vector2D armA;
        private Vector2D armB;
        private float referenceAngle;
        private float lower;
        private float upper;

        /// <summary>Takes over a joint and applies its impulses of the last step.</summary>
        public void Load(World world, ref RevoluteJoint joint, State[] states, float duration)
        {
            ref readonly var bodyA = ref world.Bodies[joint.BodyA];
            ref readonly var bodyB = ref world.Bodies[joint.BodyB];
            (indexA, indexB) = (bodyA.IslandIndex, bodyB.IslandIndex);
            (massA, massB, inertiaA, inertiaB) = (bodyA.InverseMass, bodyB.InverseMass, bodyA.InverseInertia, bodyB.InverseInertia);
            (armA, armB) = (joint.AnchorA - bodyA.Sweep.LocalCenter, joint.AnchorB - bodyB.Sweep.LocalCenter);
            (referenceAngle, lower, upper) = (joint.ReferenceAngle, joint.Lower, joint.Upper);
            ref var a = ref states[indexA];
            ref var b = ref states[indexB];
            leverA = Rotation.Of(a.Angle).Apply(armA);
            leverB = Rotation.Of(b.Angle).Apply(armB);
            LoadMatrix();

            (hasMotor, motorSpeed, maxMotorImpulse) = (joint.HasMotor, joint.MotorSpeed, duration * joint.MaxMotorTorque);
            MotorImpulse = joint.HasMotor ? joint.MotorImpulse : 0;
            var angle = b.Angle - a.Angle - referenceAngle;
            limit = !joint.HasLimit ? LimitState.Inactive : angle <= lower ? LimitState.AtLower : angle >= upper ? LimitState.AtUpper : LimitState.Inactive;
            LimitImpulse = joint.HasLimit && limit != joint.Limit || limit == LimitState.Inactive ? 0 : joint.LimitImpulse;
            joint.Limit = limit;
            (ImpulseX, ImpulseY) = (joint.PinImpulse.X, joint.PinImpulse.Y);

            a.Velocity -= massA * joint.PinImpulse;
            a.AngularVelocity -= inertiaA * (Vector2D.Cross(leverA, joint.PinImpulse) + MotorImpulse + LimitImpulse);
            b.Velocity += massB * joint.PinImpulse;
            b.AngularVelocity += inertiaB * (Vector2D.Cross(leverB, joint.PinImpulse) + MotorImpulse + LimitImpulse);
        }

        private void LoadMatrix()
        {
            k11 = massA + massB + (leverA.Y * leverA.Y * inertiaA) + (leverB.Y * leverB.Y * inertiaB);
            k12 = (-leverA.Y * leverA.X * inertiaA) - (leverB.Y * leverB.X * inertiaB);
            k13 = (-leverA.Y * inertiaA) - (leverB.Y * inertiaB);
            k22 = massA + massB + (leverA.X * leverA.X * inertiaA) + (leverB.X * leverB.X * inertiaB);
            k23 = (leverA.X * inertiaA) + (leverB.X * inertiaB);
            k33 = inertiaA + inertiaB;
            motorMass = k33 > 0 ? 1 / k33 : k33;

            crossX = (k22 * k33) - (k23 * k23);
            crossY = (k23 * k13) - (k12 * k33);
            crossZ = (k12 * k23) - (k22 * k13);
            var determinant33 = (k11 * crossX) + (k12 * crossY) + (k13 * crossZ);
            inverse33 = determinant33 != 0 ? 1 / determinant33 : 0;
            var determinant22 = (k11 * k22) - (k12 * k12);
            inverse22 = determinant22 != 0 ? 1 / determinant22 : 0;
        }

        /// <summary>Solves motor, limit and pin for the velocities, one after the other.</summary>
        /// <returns>Whether any bit of velocities or impulses changed.</returns>
        public bool Solve(State[] states)
        {
            ref var a = ref states[indexA];
            ref var b = ref states[indexB];
            var (vAx, vAy, wA) = (a.Velocity.X, a.Velocity.Y, a.AngularVelocity);
            var (vBx, vBy, wB) = (b.Velocity.X, b.Velocity.Y, b.AngularVelocity);
            var (oldX, oldY, oldLimit, oldMotor) = (ImpulseX, ImpulseY, LimitImpulse, MotorImpulse);
            if (hasMotor)
            {
                var wanted = MotorImpulse + (-motorMass * (wB - wA - motorSpeed));
                wanted = wanted < maxMotorImpulse ? wanted : maxMotorImpulse;
                MotorImpulse = -maxMotorImpulse > wanted ? -maxMotorImpulse : wanted;
                var impulse = MotorImpulse - oldMotor;
                wA -= inertiaA * impulse;
                wB += inertiaB * impulse;
            }

            var errorX = vBx + (-wB * leverB.Y) - vAx - (-wA * leverA.Y);
            var errorY = vBy + (wB * leverB.X) - vAy - (wA * leverA.X);
            float x, y;
            var z = 0f;
            if (limit != LimitState.Inactive)
            {
                (x, y, z) = SolveWithLimit(errorX, errorY, wB - wA);
                wA -= inertiaA * ((leverA.X * y) - (leverA.Y * x) + z);
                wB += inertiaB * ((leverB.X * y) - (leverB.Y * x) + z);
            }
            else
            {
                x = inverse22 * ((k22 * -errorX) - (k12 * -errorY));
                y = inverse22 * ((k11 * -errorY) - (k12 * -errorX));
                ImpulseX += x;
                ImpulseY += y;
                wA -= inertiaA * ((leverA.X * y) - (leverA.Y * x));
                wB += inertiaB * ((leverB.X * y) - (leverB.Y * x));
            }

            vAx -= massA * x;
            vAy -= massA * y;
            vBx += massB * x;
            vBy += massB * y;
            var same = SameBits(ImpulseX, oldX) & SameBits(ImpulseY, oldY) & SameBits(LimitImpulse, oldLimit) & SameBits(MotorImpulse, oldMotor)
                & SameBits(wA, a.AngularVelocity) & SameBits(wB, b.AngularVelocity)
                & SameBits(vAx, a.Velocity.X) & SameBits(vAy, a.Velocity.Y) & SameBits(vBx, b.Velocity.X) & SameBits(vBy, b.Velocity.Y);
            (a.Velocity, a.AngularVelocity) = (new Vector2D(vAx, vAy), wA);
            (b.Velocity, b.AngularVelocity) = (new Vector2D(vBx, vBy), wB);
            return !same;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (float X, float Y, float Z) SolveWithLimit(float errorX, float errorY, float spin)
        {
            var x = -(inverse33 * ((errorX * crossX) + (errorY * crossY) + (spin * crossZ)));
            var y = -(inverse33 * ((k11 * ((errorY * k33) - (spin * k23))) + (k12 * ((spin * k13) - (errorX * k33))) + (k13 * ((errorX * k23) - (errorY * k13)))));
            var z = -(inverse33 * ((k11 * ((k22 * spin) - (k23 * errorY))) + (k12 * ((k23 * errorX) - (k12 * spin))) + (k13 * ((k12 * errorY) - (k22 * errorX)))));
            var total = LimitImpulse + z;
            if (limit == LimitState.AtLower ? total < 0 : total > 0)
            {
                // The limit pulls no body back: it lets go, and the pin is solved alone.
                var (rightX, rightY) = (-errorX + (LimitImpulse * k13), -errorY + (LimitImpulse * k23));
                x = inverse22 * ((k22 * rightX) - (k12 * rightY));
                y = inverse22 * ((k11 * rightY) - (k12 * rightX));
                z = -LimitImpulse;
                LimitImpulse = 0;
            }
            else
            {
                LimitImpulse = total;
            }

            ImpulseX += x;
            ImpulseY += y;
            return (x, y, z);
        }

        /// <summary>Moves the bodies so that the joint holds.</summary>
        /// <returns>Whether it held well enough before.</returns>
        public readonly bool Correct(State[] states)
        {
            ref var a = ref states[indexA];
            ref var b = ref states[indexB];
            var (angleA, angleB) = (a.Angle, b.Angle);
            var angularError = 0f;
            if (limit != LimitState.Inactive)
            {
                var angle = angleB - angleA - referenceAngle;
                float correction;
                if (limit == LimitState.AtLower)
                {
                    var error = angle - lower;
                    angularError = -error;
                    correction = Math.Clamp(error + Constants.AngularSlop, -Constants.MaxAngularCorrection, 0);
                }
                else
                {
                    var error = angle - upper;
                    angularError = error;
                    correction = Math.Clamp(error - Constants.AngularSlop, 0, Constants.MaxAngularCorrection);
                }

                var impulse = -motorMass * correction;
                angleA -= inertiaA * impulse;
                angleB += inertiaB * impulse;
            }

            var (rA, rB) = (Rotation.Of(angleA).Apply(armA), Rotation.Of(angleB).Apply(armB));
            var gap = b.Center + rB - a.Center - rA;
            var m11 = massA + massB + (inertiaA * rA.Y * rA.Y) + (inertiaB * rB.Y * rB.Y);
            var m12 = (-inertiaA * rA.X * rA.Y) - (inertiaB * rB.X * rB.Y);
            var m22 = massA + massB + (inertiaA * rA.X * rA.X) + (inertiaB * rB.X * rB.X);
            var determinant = (m11 * m22) - (m12 * m12);
            var inverse = determinant != 0 ? 1 / determinant : 0;
            var push = new Vector2D(-(inverse * ((m22 * gap.X) - (m12 * gap.Y))), -(inverse * ((m11 * gap.Y) - (m12 * gap.X))));
            a.Center -= massA * push;
            a.Angle = angleA - (inertiaA * Vector2D.Cross(rA, push));
            b.Center += massB * push;
            b.Angle = angleB + (inertiaB * Vector2D.Cross(rB, push));
            return gap.Length <= Constants.LinearSlop && angularError <= Constants.AngularSlop;
        }
    }
}
