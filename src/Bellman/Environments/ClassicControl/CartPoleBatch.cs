using System.Runtime.CompilerServices;
using Bellman.Numerics;

namespace Bellman;

/// <summary>The dynamics of many <see cref="CartPole"/>s; see there for the task.</summary>
internal readonly struct CartPoleBatch(int count, bool suttonBartoReward) : IBatchDynamics
{
    private readonly double[] position = new double[count];
    private readonly double[] velocity = new double[count];
    private readonly double[] angle = new double[count];
    private readonly double[] angularVelocity = new double[count];

    public double[][] State => [position, velocity, angle, angularVelocity];

    public void Begin(int copy, RandomStream random, Span<float> observation)
    {
        observation[0] = (float)(position[copy] = random.Uniform(-0.05, 0.05));
        observation[1] = (float)(velocity[copy] = random.Uniform(-0.05, 0.05));
        observation[2] = (float)(angle[copy] = random.Uniform(-0.05, 0.05));
        observation[3] = (float)(angularVelocity[copy] = random.Uniform(-0.05, 0.05));
    }

    public void Derive(int copy)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Step<TLanes>(int first, Rows actions, Span<float> observations, double[] rewards) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var x = TLanes.Load(position, first);
        var v = TLanes.Load(velocity, first);
        var theta = TLanes.Load(angle, first);
        var omega = TLanes.Load(angularVelocity, first);
        var right = TLanes.Equal(TLanes.Load(actions.Integers(), first), TLanes.Create(1));
        var force = TLanes.Select(right, TLanes.Create(CartPole.Force), TLanes.Create(-CartPole.Force));
        var (sine, cosine) = DoubleMath.SinCos(theta);

        var shared = TLanes.MultiplyAdd(TLanes.Create(CartPole.PoleMassLength) * (omega * omega), sine, force) * TLanes.Create(1 / CartPole.TotalMass);
        var numerator = TLanes.MultiplyAdd(TLanes.Create(CartPole.Gravity), sine, -(cosine * shared));
        var denominator = TLanes.MultiplyAdd(TLanes.Create(-CartPole.HalfLength * CartPole.PoleMass / CartPole.TotalMass), cosine * cosine, TLanes.Create(CartPole.HalfLength * 4 / 3));
        var angularAcceleration = numerator / denominator;
        var acceleration = TLanes.MultiplyAdd(TLanes.Create(-CartPole.PoleMassLength / CartPole.TotalMass) * angularAcceleration, cosine, shared);

        var step = TLanes.Create(CartPole.TimeStep);
        x = TLanes.MultiplyAdd(step, v, x);
        v = TLanes.MultiplyAdd(step, acceleration, v);
        theta = TLanes.MultiplyAdd(step, omega, theta);
        omega = TLanes.MultiplyAdd(step, angularAcceleration, omega);
        x.Store(position, first);
        v.Store(velocity, first);
        theta.Store(angle, first);
        omega.Store(angularVelocity, first);
        TLanes.StoreRows(observations, first, x, v, theta, omega);

        var terminated = TLanes.LessThan(TLanes.Create(CartPole.PositionLimit), TLanes.Abs(x)) | TLanes.LessThan(TLanes.Create(CartPole.AngleLimit), TLanes.Abs(theta));
        var reward = suttonBartoReward ? TLanes.Select(terminated, TLanes.Create(-1), TLanes.Create(0)) : TLanes.Create(1);
        reward.Store(rewards, first);
        return terminated;
    }
}
